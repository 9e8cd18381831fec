import type { EventStore } from '@integration-settings/domain';
import { afterEach, beforeEach, describe } from 'vitest';
import { describeAppending } from './event-store/appending.ts';
import { describeBadInput } from './event-store/bad-input.ts';
import { describeClosing } from './event-store/closing.ts';
import { describePayloads } from './event-store/payloads.ts';
import { describeReading } from './event-store/reading.ts';
import { describeReopening } from './event-store/reopening.ts';
import { describeSubscribing } from './event-store/subscribing.ts';

export interface EventStoreContract {
  /** Names the suite; `'event store'` if absent. */
  readonly name?: string;
  /** Opens the store for a test, which closes it. It may hold other events: the tests only use streams of their own. */
  readonly open: () => Promise<EventStore>;
  /** Opens, once more, the data of the store that `open` gave last; for stores that outlive a process. */
  readonly reopen?: () => Promise<EventStore>;
}

/**
 * Declares the tests that every event store passes, as a suite of vitest. Positions may have gaps, batches any size.
 *
 * Beyond the port's docstrings it holds stores to this: event ids come back in lower case; bad input is a `TypeError`;
 * repeating an append with the same ids and the same exact expected revision is a success with the first answer, so that an
 * append whose outcome is unknown can be repeated.
 *
 * @example
 * eventStoreContract({ name: 'my store', open: () => openMyStore(place), reopen: () => openMyStore(place) });
 */
export const eventStoreContract = ({ name = 'event store', open, reopen }: EventStoreContract): void => {
  describe(`${name} keeps the contract of event stores`, () => {
    let opened: EventStore;
    const store = (): EventStore => opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    describeAppending(store);
    describeReading(store);
    describePayloads(store);
    describeBadInput(store);
    describeSubscribing(store);
    describeClosing(store);
    if (reopen !== undefined) describeReopening(store, reopen);
  });
};
