import {
  isSealed,
  type RecordedEvent,
  scopeKey,
  type ScopeRef,
  settingsStreamName,
  structureStreamName,
} from '@integration-settings/domain';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { readEvent } from '../effective-settings/read-event.ts';
import type { Past } from './moment.ts';
import { StreamMemory } from './stream-memory.ts';

/**
 * Reads what decides what holds at one scope, up to a position, and nothing else: where the scope and those it ever lay below
 * stood, their settings, and the erasures of secrets that were entered elsewhere.
 */
class ScopeLog {
  readonly #past: Past;
  readonly #position: bigint;
  readonly #events: RecordedEvent[] = [];
  readonly #placed = new Set<string>();
  readonly #streams = new Set<string>();
  /** By the stream of the settings: a scope can be met as an origin before it is read as one above. */
  readonly #origins = new Map<string, Promise<readonly ScopeRef[]>>();
  readonly #memory: StreamMemory;

  constructor(past: Past, position: bigint) {
    this.#past = past;
    this.#position = position;
    this.#memory = past.memory ?? new StreamMemory();
  }

  /** @returns the events in the order of the log */
  async read(scope: ScopeRef, integrations: readonly string[]): Promise<readonly RecordedEvent[]> {
    for (const above of await this.#readPlaces(scope)) {
      await Promise.all(integrations.map((integration) => this.#readSettings(above, integration)));
    }
    return this.#events.toSorted((one, other) => (one.position < other.position ? -1 : 1));
  }

  /** Where a scope, and every scope that it was put below, stood. @returns those that were not read before */
  async #readPlaces(scope: ScopeRef): Promise<readonly ScopeRef[]> {
    const open: ScopeRef[] = ['instance', scope];
    const found: ScopeRef[] = [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#placed.has(scopeKey(next))) continue;
      this.#placed.add(scopeKey(next));
      found.push(next);
      if (next === 'instance') continue;
      const { view } = this.#past;
      const { revision } = view.structureOf(next);
      for (const event of await this.#readStream(structureStreamName(view.namespace, next), revision)) {
        const { parent, group } = event.data as { readonly parent?: string; readonly group?: string };
        const place = 'project' in next ? group : parent;
        if (place !== undefined) open.push({ group: place });
      }
    }
    return found;
  }

  async #readSettings(scope: ScopeRef, integration: string): Promise<void> {
    for (const origin of await this.#readValues(scope, integration)) {
      await this.#readPlaces(origin);
      await this.#readValues(origin, integration);
    }
  }

  /** A scope's own settings, where it ever had some. @returns where secrets in them were entered that may have been erased there */
  #readValues(scope: ScopeRef, integration: string): Promise<readonly ScopeRef[]> {
    const { view } = this.#past;
    const streamName = settingsStreamName(view.namespace, scope, integration);
    let origins = this.#origins.get(streamName);
    if (origins === undefined) {
      const revision = view.settingsOf(scope, integration)?.revision ?? -1n;
      this.#origins.set(streamName, (origins = this.#readOrigins(streamName, revision, integration)));
    }
    return origins;
  }

  async #readOrigins(streamName: string, revision: bigint, integration: string): Promise<readonly ScopeRef[]> {
    const { view } = this.#past;
    const origins = new Map<string, ScopeRef>();
    for (const recorded of await this.#readStream(streamName, revision)) {
      const event = readEvent(recorded);
      if (event.kind !== 'settings' || !('values' in event.body.data)) continue;
      for (const value of Object.values(event.body.data.values ?? {})) {
        if (value === null || !isSealed(value)) continue;
        const { origin } = value.$secret;
        if (view.eraOf(origin, integration) > 0) origins.set(scopeKey(origin), origin);
      }
    }
    return [...origins.values()];
  }

  /** @returns the events of a stream that was not read before, up to the position */
  async #readStream(streamName: string, revision: bigint): Promise<readonly RecordedEvent[]> {
    if (revision === -1n || this.#streams.has(streamName)) return [];
    this.#streams.add(streamName);
    const { eventStore } = this.#past;
    const found = await this.#memory.read(eventStore, streamName, revision, this.#position);
    for (const event of found) this.#events.push(event);
    return found;
  }
}

/**
 * The events that decide what holds at a scope up to a position, in the order of the log. Applied to an empty view they give
 * for that scope, and for those above it, what all events would.
 *
 * @param integrations - absent: all that there are
 */
export const eventsFor = (
  past: Past,
  position: bigint,
  scope: ScopeRef,
  integrations: readonly string[] = [...past.view.slices.keys()],
): Promise<readonly RecordedEvent[]> => new ScopeLog(past, position).read(scope, integrations);

/** A scope and those above it as they were at a position; nothing else in this view is as it was. */
export const viewOfScopeAt = async (past: Past, position: bigint, scope: ScopeRef): Promise<EffectiveSettingsView> => {
  const { namespace, catalog } = past.view;
  const view = new EffectiveSettingsView(namespace, catalog);
  for (const event of await eventsFor(past, position, scope)) view.apply(event);
  return view;
};
