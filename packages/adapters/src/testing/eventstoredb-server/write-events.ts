import type { Expected } from './decide-append.ts';
import type { ProposedEvent, WriteOutcome } from './log.ts';
import type { ServingNode } from './serving-node.ts';

/** How long a node waits for a write before it answers with a time-out. */
export const writeTimeoutMs = 2_000;

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Appends whose write is still to come, by stream and first id: a repeat of one is held and then timed out. */
const underWay = new Set<string>();

/** Writes, late where that is asked for. @returns `timeout` for the repeat of an append that is still under way */
export const write = async (
  node: ServingNode,
  streamName: string,
  expected: Expected,
  events: readonly ProposedEvent[],
): Promise<WriteOutcome | 'timeout'> => {
  const wait = node.faults.current.delayAppendsMs ?? 0;
  if (wait === 0) return node.log.append(streamName, expected, events);
  const key = `${streamName} ${events[0]?.id}`;
  if (underWay.has(key)) {
    await delay(writeTimeoutMs);
    return 'timeout';
  }
  underWay.add(key);
  await delay(wait);
  underWay.delete(key);
  return node.log.append(streamName, expected, events);
};
