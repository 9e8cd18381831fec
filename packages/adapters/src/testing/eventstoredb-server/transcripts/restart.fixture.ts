import { expect } from 'vitest';
import type { EventStoreDbServer } from '../start-server.ts';
import { recordedSummary, Stage, transcripts } from './stage.fixture.ts';

export const isRestartCase = (id: string): boolean => id.startsWith('3-idempotency-after-restart.');

const cases = transcripts.filter(({ id }) => isRestartCase(id));

/** The cases that need a server to forget what it has in memory, all over one restart. */
export const playRestart = async (server: EventStoreDbServer): Promise<void> => {
  const before = new Stage(server.connectionString);
  const streams: string[] = [];
  for (const { what } of cases) {
    const stream = before.stream();
    streams.push(stream);
    await before.append('batch', stream, before.events('a b c'), 'no_stream');
    if (what.includes('soft-deleted')) await before.client.deleteStream(stream);
  }
  await server.restart();
  for (const [index, { what, path, outcome }] of cases.entries()) {
    const [, expectation = ''] = /: (\w+|exact 0)/.exec(what) ?? [];
    const [ids, expected] =
      expectation === 'exact 0' || what.includes('exact 0') ? ['b c', '0n'] : ['a b c', expectation];
    const stream = streams[index] ?? '';
    const result = await before.append(path, stream, before.events(ids), expected);
    expect({ what, result, streamAfter: await before.letters(stream) }).toEqual({
      what,
      result: recordedSummary(outcome.result),
      streamAfter: outcome.streamAfter as string,
    });
  }
  await before.dispose();
};
