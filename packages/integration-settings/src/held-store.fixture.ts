import type { EventStore, SubscriptionMessage } from '@integration-settings/domain';
import { withChanges } from './settings.fixture.ts';

/** A store whose subscription a test can hold up, as if another process had written and nobody had told this one yet. */
export interface HeldStore {
  readonly store: EventStore;
  /** Hands over nothing more. */
  hold(): void;
  /** Hands over again, also what came meanwhile. */
  release(): void;
  /** Holds up until somebody looks at the head of the log: what a view does to be fresh. */
  holdUntilAsked(): void;
}

export const heldStore = (eventStore: EventStore): HeldStore => {
  let gate = Promise.withResolvers<void>();
  let opensWhenAsked = false;
  gate.resolve();
  const hold = (): void => {
    gate = Promise.withResolvers<void>();
  };
  async function* subscribeToAll(
    options: Parameters<EventStore['subscribeToAll']>[0],
  ): AsyncGenerator<SubscriptionMessage> {
    const { signal } = options;
    const aborted = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => aborted.resolve(), { once: true });
    for await (const message of eventStore.subscribeToAll(options)) {
      await Promise.race([gate.promise, aborted.promise]);
      if (signal?.aborted === true) return;
      yield message;
    }
  }
  const store = withChanges(eventStore, {
    subscribeToAll,
    readAll: (options) => {
      if (opensWhenAsked && options?.direction === 'backwards') gate.resolve();
      return eventStore.readAll(options);
    },
  });
  return {
    store,
    hold: () => {
      opensWhenAsked = false;
      hold();
    },
    release: () => gate.resolve(),
    holdUntilAsked: () => {
      opensWhenAsked = true;
      hold();
    },
  };
};
