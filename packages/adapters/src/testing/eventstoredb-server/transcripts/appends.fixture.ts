import { randomUUID } from 'node:crypto';
import type { EventData } from '@eventstore/db-client';
import { expect } from 'vitest';
import { type Play, recordedSummary } from './stage.fixture.ts';

const conflicts: Play = async ({ what, path, outcome }, stage) => {
  const stream = stage.stream();
  const lenient = what.startsWith('throwOnAppendFailure');
  const expected = lenient ? '0n' : `${/^expected (\w+)/.exec(what)?.[1]}`.replace(/^\d+$/, '$&n');
  const length = what.includes('missing') ? 0 : what.includes('at 2') || lenient ? 3 : 2;
  if (length > 0)
    await stage.append(
      path,
      stream,
      Array.from({ length }, () => stage.event()),
      'no_stream',
    );
  if (what.includes('soft-deleted')) await stage.client.deleteStream(stream);
  if (what.includes('tombstoned')) await stage.client.tombstoneStream(stream);
  const result = await stage.append(path, stream, [stage.event()], expected, lenient ? stage.lenient : stage.client);
  expect(result).toBe(recordedSummary(outcome.client));
};

const features: Play = async ({ path, outcome }, stage) => {
  const result = await stage.append(path, stage.stream(), [stage.event()], 'any');
  expect(result).toBe(recordedSummary(outcome.result).replace(/\d+n/, '0n'));
};

const prepareIdempotency: Play = async ({ what, path, request }, stage) => {
  const stream = request?.['stream'] ?? '';
  if (what.includes('another stream only')) await stage.append(path, stage.stream(), stage.events('a b'), 'no_stream');
  const before = request?.['streamIds'] ?? '';
  if (before !== '') await stage.append(path, stream, stage.events(before), 'no_stream');
  if (what.includes('more events after')) await stage.append(path, stream, stage.events('c d'), 'any');
  if (what.includes('soft delete') || what.includes('soft-deleted')) await stage.client.deleteStream(stream);
  if (what.includes('truncated')) await stage.client.setStreamMetadata(stream, { truncateBefore: 2 });
  if (what.includes('tombstoned')) await stage.client.tombstoneStream(stream);
};

/** Appends with ids that the stream, or only the server, has seen before. */
const idempotency: Play = async (recorded, stage) => {
  stage.forgetIds();
  const { path, request, outcome } = recorded;
  const stream = stage.stream();
  await prepareIdempotency({ ...recorded, request: { ...request, stream } }, stage);
  const result = await stage.append(
    path,
    stream,
    stage.events(request?.['appendIds'] ?? ''),
    request?.['expectedRevision'] ?? '',
  );
  expect({ result, streamAfter: await stage.letters(stream) }).toEqual({
    result: recordedSummary(outcome.result),
    streamAfter: outcome.streamAfter as string,
  });
};

const twiceInOne =
  (letters: string, expected: string, second: 'retry' | 'repeat'): Play =>
  async ({ path, outcome }, stage) => {
    stage.forgetIds();
    const stream = stage.stream();
    const first = await stage.append(path, stream, stage.events(letters), expected);
    const again = await stage.append(path, stream, stage.events(letters), expected);
    expect({ first, [second]: again, streamAfter: await stage.letters(stream) }).toEqual(outcome);
  };

const usedElsewhere: Play = async ({ path, outcome }, stage) => {
  stage.forgetIds();
  await stage.append(path, stage.stream(), stage.events('a'), 'any');
  const stream = stage.stream();
  const first = await stage.append(path, stream, stage.events('a'), 'any');
  const repeat = await stage.append(path, stream, stage.events('a'), 'any');
  expect({ first, repeat, streamAfter: await stage.letters(stream) }).toEqual(outcome);
};

const oneOfFour: Play = async ({ path, outcome }, stage) => {
  stage.forgetIds();
  const stream = stage.stream();
  const results = await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) => stage.append(path, stream, stage.events(id), 'no_stream')),
  );
  const losers = results.filter((result) => result === 'WrongExpectedVersionError actual 0n');
  expect([results.length - losers.length, losers.length]).toEqual([outcome.wins as number, 3]);
};

const limit = 1_048_576;

const sized = (data: number, metadata = 0, type = 't'): EventData => ({
  id: randomUUID(),
  type,
  contentType: 'application/octet-stream',
  data: new Uint8Array(data),
  metadata: metadata === 0 ? undefined : new Uint8Array(metadata).fill(1),
});

const size =
  (events: () => EventData[]): Play =>
  async ({ path, outcome }, stage) => {
    const stream = stage.stream();
    const result = await stage.append(path, stream, events(), 'no_stream');
    expect(result).toBe(recordedSummary(outcome.result));
    if (outcome.lastRevision === 'stream-not-found') expect(await stage.letters(stream)).toBe('stream-not-found');
  };

const sizes: readonly (Play | undefined)[] = [
  size(() => [sized(limit - 2)]),
  size(() => [sized(limit - 1)]),
  size(() => [sized(limit - 202, 100, 'x'.repeat(50))]),
  size(() => [sized(limit - 200, 100, 'x'.repeat(50))]),
  size(() => [sized(limit - 199, 100, 'x'.repeat(50))]),
  size(() => [sized(limit - 100, 0, 'ö'.repeat(50))]),
  size(() => [sized(limit - 99, 0, 'ö'.repeat(50))]),
  size(() => [sized(524_286), sized(524_286)]),
  size(() => [sized(524_286), sized(524_287)]),
  size(() => Array.from({ length: 10_000 }, () => sized(1))),
  undefined,
  size(() => [sized(5 * 1024 * 1024)]),
  size(() => [sized(15 * 1024 * 1024)]),
  size(() => [sized(20 * 1024 * 1024)]),
  size(() => [sized(1)]),
];

const emptyAppend: Play = async ({ what, path, request, outcome }, stage) => {
  const stream = stage.stream();
  if (/stream at 1|exact/.test(what)) await stage.append(path, stream, stage.events('a b'), 'no_stream');
  expect(await stage.append(path, stream, [], request?.['expectedRevision'] ?? '')).toBe(
    recordedSummary(outcome.result),
  );
};

const payload =
  (event: Partial<EventData>): Play =>
  async ({ path, outcome }, stage) => {
    const stream = stage.stream();
    const result = await stage.append(path, stream, [{ ...stage.event(), ...event } as EventData], 'any');
    const read: unknown[] = [];
    for await (const { event: found } of stage.client.readStream(stream)) {
      const { type, isJson, data, metadata } = found ?? {};
      read.push({
        rev: '0n',
        type,
        isJson,
        data: data instanceof Uint8Array ? `bytes(${data.length})` : data,
        ...(metadata === undefined
          ? {}
          : { metadata: metadata instanceof Uint8Array ? `bytes(${metadata.length})` : metadata }),
      });
    }
    expect({ result, streamAfter: read }).toEqual({ ...outcome, result: recordedSummary(outcome.result) });
  };

const binary = (bytes: Uint8Array): Partial<EventData> => ({ contentType: 'application/octet-stream', data: bytes });
const json = (data: unknown): Partial<EventData> => ({ data }) as Partial<EventData>;

const refusedClassic =
  (event: Partial<EventData>): Play =>
  async ({ path, outcome }, stage) => {
    const stream = stage.stream();
    const result = await stage.append(path, stream, [{ ...stage.event(), ...event } as EventData], 'any');
    expect(result).toBe(recordedSummary(outcome.result));
    expect(await stage.letters(stream)).toBe(outcome.streamAfter);
  };

/** From the empty appends on, in the order of the transcripts; the refusals stand apart, for they make a client deaf. */
const payloads: readonly Play[] = [
  payload({ type: '$mine' }),
  payload({ id: randomUUID().toUpperCase() }),
  payload(json('str')),
  payload(json(null)),
  payload(json({ n: 1.5, u: 'žluť 😀', x: [1, { y: null }] })),
  payload({ metadata: { k: 'v' } }),
  payload({ metadata: new Uint8Array([0, 255, 1, 254]) }),
  payload({ metadata: new TextEncoder().encode('{"a":1}') }),
  payload(binary(Uint8Array.from({ length: 256 }, (_, byte) => byte))),
  payload(binary(new Uint8Array())),
  payload(binary(new TextEncoder().encode('{"a":1}'))),
];

const named: Play = async ({ what, outcome }, stage) => {
  const [, length, unit] = /: ([\d ]+) (characters)/.exec(what) ?? [];
  const unique = randomUUID();
  const shown = outcome.read.name as string;
  const name =
    unit === undefined ? `${shown.slice(0, 8)}${unique}` : unique.padEnd(Number(length?.replaceAll(' ', '')), 'x');
  await stage.append('batch', name, [stage.event()], 'no_stream');
  const names: unknown[] = [];
  for await (const { event } of stage.client.readStream(name)) names.push(event?.streamId);
  expect(names).toEqual([name]);
};

const typed: Play = async ({ what, outcome, request }, stage) => {
  const length = /of (\d+) characters/.exec(what)?.[1];
  const type = length === undefined ? (request?.['type'] ?? '') : 't'.repeat(Number(length));
  const stream = stage.stream();
  expect(await stage.append('batch', stream, [stage.event('', {}, type)], 'any')).toBe(recordedSummary(outcome.append));
  for await (const { event } of stage.client.readStream(stream)) expect(event?.type).toBe(type);
};

const withMetadata: Play = async ({ what, outcome }, stage) => {
  const size = Number(/of (\d+) bytes/.exec(what)?.[1]);
  const stream = stage.stream();
  const event = { ...stage.event(), metadata: new Uint8Array(size).fill(1) } as unknown as EventData;
  expect(await stage.append('batch', stream, [event], 'any')).toBe(recordedSummary(outcome.append));
  for await (const { event: found } of stage.client.readStream(stream)) {
    expect(found?.metadata).toHaveLength(outcome.readMetadataLength as number);
  }
};

/** Cases of the groups about appending that a double can play, by number. */
export const appendPlays = (id: string): Play | undefined => {
  const [group = '', text] = id.split('.');
  const number = Number(text);
  switch (group) {
    case '1-features':
      return number >= 2 ? features : undefined;
    case '2-wev':
      return conflicts;
    case '3-idempotency-mem': {
      const row = ((number - 1) % 41) + 1;
      if (row <= 34) return idempotency;
      if (row === 35) return twiceInOne('a b a', 'no_stream', 'retry');
      if (row === 36) return twiceInOne('a a', 'any', 'repeat');
      if (row === 39) return usedElsewhere;
      return row === 41 ? oneOfFour : undefined;
    }
    case '4-size':
      return sizes[number <= 17 ? number - 1 : number - 18];
    case '8-validation': {
      const row = number <= 35 ? number : number - 35;
      if (row <= 8) return emptyAppend;
      if (number > 35 && row <= 12) {
        const broken = [{ id: '00000000-0000-0000-0000-000000000000' }, { id: 'nope' }, { id: '' }, { type: '' }][
          row - 9
        ];
        return broken === undefined ? undefined : refusedClassic(broken);
      }
      return payloads[row - 13];
    }
    case '11-names':
      if (number >= 35) return withMetadata;
      if (number >= 22) return typed;
      return number === 14 || number === 15 || number === 20 ? undefined : named;
    default:
      return undefined;
  }
};
