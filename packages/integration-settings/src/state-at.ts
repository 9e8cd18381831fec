import { evolveSettings, type EventStore, initialSettings, type SettingsState } from '@integration-settings/domain';
import { type EffectiveSettingsView, type ReadEvent, readEvent } from '@integration-settings/projections';

/**
 * What one settings stream said at a position, read from its events: without those that had no effect, and without a command
 * whose last event came later.
 *
 * @param view - has passed the position
 */
export const stateAt = async (
  eventStore: EventStore,
  view: EffectiveSettingsView,
  streamName: string,
  position: bigint,
): Promise<SettingsState> => {
  let state = initialSettings;
  let parts: ReadEvent[] = [];
  for await (const events of eventStore.readStream(streamName)) {
    for (const recorded of events) {
      if (recorded.position > position) return state;
      const event = readEvent(recorded);
      parts.push(event);
      const [index, count] = event.metadata.part ?? [0, 1];
      if (index + 1 < count) continue;
      for (const part of parts) {
        if (part.kind === 'settings' && !view.superseded.has(part.recorded.position))
          state = evolveSettings(state, part.body, part.cause);
      }
      parts = [];
    }
  }
  return state;
};
