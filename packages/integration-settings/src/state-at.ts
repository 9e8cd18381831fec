import { evolveSettings, type EventStore, initialSettings, type SettingsState } from '@integration-settings/domain';
import { readEvent } from '@integration-settings/projections';

/** What one settings stream said at a position, read from its events. */
export const stateAt = async (eventStore: EventStore, streamName: string, position: bigint): Promise<SettingsState> => {
  let state = initialSettings;
  for await (const events of eventStore.readStream(streamName)) {
    for (const recorded of events) {
      if (recorded.position > position) return state;
      const event = readEvent(recorded);
      if (event.kind === 'settings') state = evolveSettings(state, { ...event.body, cause: event.cause });
    }
  }
  return state;
};
