import { randomBytes, randomUUID } from 'node:crypto';
import type { EventToAppend, RecordedEvent, SubscriptionMessage } from '@integration-settings/domain';

/** What the names of one test's streams begin with and no other's do, so that a store may be shared and hold other things. */
export const freshPrefix = (): string => `contract${randomBytes(8).toString('hex')}.`;

/** An event with an id of its own. */
export const anEvent = (data: unknown = {}, type = 'SomethingHappened'): EventToAppend => ({
  id: randomUUID(),
  type,
  data,
  metadata: { schemaVersion: 1 },
});

/** So many events, numbered in their data. */
export const someEvents = (count: number): readonly EventToAppend[] =>
  Array.from({ length: count }, (_, number) => anEvent({ number }));

/** All that an iterable gives, in one list. */
export const gather = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
};

/** All events that a read gives, whatever its batches. */
export const collect = async (batches: AsyncIterable<readonly RecordedEvent[]>): Promise<readonly RecordedEvent[]> =>
  (await gather(batches)).flat();

/** The ids of events, for comparing what was read with what was appended. */
export const idsOf = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

/** Follows a subscription until as many events have come, or, where there is no number, until it has caught up. */
export const followUntil = async (
  messages: AsyncIterable<SubscriptionMessage>,
  count?: number,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const message of messages) {
    if (message.kind === 'events') events.push(...message.events);
    if (count === undefined ? message.kind === 'caught-up' : events.length >= count) break;
  }
  return events;
};
