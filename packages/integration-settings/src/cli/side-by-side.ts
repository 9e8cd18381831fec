import { isDeepStrictEqual } from 'node:util';
import { type EventStore, type RecordedEvent, streamPrefixOf } from '@integration-settings/domain';
import { CommandLineError } from './command-line-error.ts';

/** An event of one log, and the same event in another. */
export type Pair = readonly [source: RecordedEvent, target: RecordedEvent];

/**
 * The events of a namespace in two stores, in batches, as far as the target goes: what more the source has is left out.
 *
 * @throws CommandLineError where the target's next event is not the source's; positions may differ
 */
export async function* sideBySide(
  from: EventStore,
  to: EventStore,
  namespace: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly Pair[], void, undefined> {
  const range = { streamPrefix: streamPrefixOf(namespace), ...(signal === undefined ? undefined : { signal }) };
  const sources = from.readAll(range)[Symbol.asyncIterator]();
  try {
    let batch: readonly RecordedEvent[] = [];
    let next = 0;
    for await (const targets of to.readAll(range)) {
      const pairs: Pair[] = [];
      for (const target of targets) {
        if (next === batch.length) {
          [batch, next] = [(await sources.next()).value ?? [], 0];
        }
        const source = batch[next];
        if (!isSame(source, target)) throw differing(source, target);
        pairs.push([source, target]);
        next += 1;
      }
      yield pairs;
    }
  } finally {
    await sources.return?.();
  }
}

const compared = ['streamName', 'revision', 'id', 'type', 'data', 'metadata'] as const;

const isSame = (source: RecordedEvent | undefined, target: RecordedEvent): source is RecordedEvent =>
  source !== undefined && compared.every((name) => isDeepStrictEqual(source[name], target[name]));

const differing = (source: RecordedEvent | undefined, target: RecordedEvent): CommandLineError => {
  const which = `revision ${target.revision} of stream "${target.streamName}"`;
  const name = compared.find((name) => !isDeepStrictEqual(source?.[name], target[name]));
  const how = source === undefined ? 'is not in the source' : `stands where the source has another ${name}`;
  return new CommandLineError(`The target holds something else: ${which} ${how}.`, 1);
};
