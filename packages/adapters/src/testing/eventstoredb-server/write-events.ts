import type { Expected } from './decide-append.ts';
import type { ProposedEvent, WriteOutcome } from './log.ts';
import type { ServingNode } from './serving-node.ts';

/** How long a node waits for a write before it answers with a time-out. */
export const writeTimeoutMs = 2_000;

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Appends whose write was put off, by stream and first id: a repeat of one that is still to come is held and timed out. */
const putOff = new Map<string, 'under way' | 'written'>();

/** Writes, late where that is asked for. @returns `timeout` for the repeat of an append that is still under way */
export const write = async (
  node: ServingNode,
  streamName: string,
  expected: Expected,
  events: readonly ProposedEvent[],
): Promise<WriteOutcome | 'timeout'> => {
  const wait = node.faults.current.delayAppendsMs ?? 0;
  const key = `${streamName} ${events[0]?.id}`;
  if (wait === 0 || putOff.get(key) === 'written') return node.log.append(streamName, expected, events);
  if (putOff.has(key)) {
    await delay(writeTimeoutMs);
    return 'timeout';
  }
  putOff.set(key, 'under way');
  await delay(wait);
  putOff.set(key, 'written');
  return node.log.append(streamName, expected, events);
};
