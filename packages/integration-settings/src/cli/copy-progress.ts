import type { EventStore } from '@integration-settings/domain';
import { streamPrefixOf } from '@integration-settings/domain';
import type { Context } from './cli-command.ts';
import type { CopyProgress } from './copy-log.ts';

/** Hears how far a copy, or its check, has come. */
export type OnCopyProgress = (progress: CopyProgress) => void;

const format = '{phase} {bar} {percentage}% | {events} events, {rate}/s | {left} s left';
/** Machines are told at most so often, in milliseconds. */
const tellEveryMs = 500;

/**
 * Lets work tell how far it has come: people by a bar while they look on, machines (`--json`) by JSON lines, both on the
 * error output. How far that is of the whole is judged by the source's positions.
 */
export const withCopyProgress = async <T>(
  phase: 'Copying' | 'Checking',
  from: EventStore,
  namespace: string,
  { terminal, options }: Context,
  work: (onProgress: OnCopyProgress) => Promise<T>,
): Promise<T> => {
  if (options.json === true) return work(jsonLines(phase, (line) => terminal.note(line)));
  if (!terminal.showsProgress) return work(() => undefined);
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({ format, stream: terminal.stderr, clearOnComplete: true, hideCursor: true });
  const end = Number(await lastPosition(from, namespace)) + 1;
  const start = performance.now();
  bar.start(end, 0, { phase, events: 0, rate: 0, left: '?' });
  try {
    return await work(({ events, position }) => {
      const seconds = (performance.now() - start) / 1_000;
      const done = Number(position) + 1;
      const left = Math.ceil((seconds * (end - done)) / done);
      bar.update(done, { events, rate: Math.round(events / seconds), left });
    });
  } finally {
    bar.stop();
  }
};

const lastPosition = async (store: EventStore, namespace: string): Promise<bigint> => {
  const range = { direction: 'backwards', maxCount: 1, streamPrefix: streamPrefixOf(namespace) } as const;
  for await (const [last] of store.readAll(range)) if (last !== undefined) return last.position;
  return -1n;
};

/** The first at once. */
const jsonLines = (phase: string, print: (line: string) => void): OnCopyProgress => {
  const start = performance.now();
  let next = start;
  return ({ events }) => {
    const now = performance.now();
    if (now < next) return;
    next = now + tellEveryMs;
    const perSecond = Math.round((events * 1_000) / (now - start));
    print(JSON.stringify({ progress: { phase: phase.toLowerCase(), events, perSecond } }));
  };
};
