import {
  type Catalog,
  compileDefinition,
  evolveSettings,
  type FieldValue,
  groupOrInstance,
  initialSettings,
  isSecretRef,
  type ReadingContext,
  type RecordedEvent,
  resolve,
  type Resolved,
  sameFieldValue,
  scopeKey,
  type ScopeRef,
  type SettingsState,
  understand,
} from '@integration-settings/domain';
import { readEvent, type ReadEvent } from '../effective-settings/read-event.ts';
import { idNamespace } from '../effective-settings/integration-view.ts';
import { v5 } from 'uuid';
import type { EffectiveSettings, OwnSettings } from '../read-model.ts';

interface Place {
  parent: ScopeRef;
  name: string;
  removed: boolean;
}

/** One event, once it has taken effect. */
export type Step = ReadEvent;

/**
 * What the rules say, in the most direct way: every stream folded by itself, every question answered by `resolve` along the
 * path. It remembers nothing and shares nothing.
 */
export class Oracle {
  readonly catalog: Catalog;
  readonly places = new Map<string, Place>();
  readonly #states = new Map<string, SettingsState>();
  readonly #revisions = new Map<string, bigint>();
  readonly #waiting = new Map<string, ReadEvent[]>();

  constructor(catalog: Catalog, events: readonly RecordedEvent[] = []) {
    this.catalog = catalog;
    for (const event of events) this.apply(event);
  }

  /** @returns the events that took effect with this one */
  apply(recorded: RecordedEvent, between: (step: Step) => void = () => {}): readonly Step[] {
    const event = readEvent(recorded);
    const parts = [...(this.#waiting.get(recorded.streamName) ?? []), event];
    if (event.metadata.part !== undefined && parts.length < event.metadata.part[1]) {
      this.#waiting.set(recorded.streamName, parts);
      return [];
    }
    this.#waiting.delete(recorded.streamName);
    for (const part of parts) {
      this.#evolve(part);
      between(part);
    }
    return parts;
  }

  isPresent(scope: ScopeRef): boolean {
    if (scope === 'instance') return true;
    const place = this.places.get(scopeKey(scope));
    return place !== undefined && !place.removed && this.isPresent(place.parent);
  }

  path(scope: ScopeRef): readonly ScopeRef[] {
    return scope === 'instance' ? [scope] : [...this.path(this.places.get(scopeKey(scope))!.parent), scope];
  }

  isAtOrBelow(scope: ScopeRef, ancestor: ScopeRef): boolean {
    return this.path(scope).some((above) => scopeKey(above) === scopeKey(ancestor));
  }

  stateOf(scope: ScopeRef, integration: string): SettingsState {
    return this.#states.get(keyOf(scope, integration)) ?? initialSettings;
  }

  context(integration: string): ReadingContext {
    return {
      compiled: compileDefinition(integration, this.catalog.definitions[integration]!),
      eraOf: (origin) => this.stateOf(origin, integration).era,
      clearSecretId: (eventId, field) => v5(`${eventId}/${field}`, idNamespace),
    };
  }

  resolved(scope: ScopeRef, integration: string): Resolved {
    const path = this.path(scope).map((at) => ({ scope: at, state: this.stateOf(at, integration) }));
    return resolve(this.context(integration), path);
  }

  effective(scope: ScopeRef, integration: string): EffectiveSettings {
    const { mode, settings } = this.resolved(scope, integration);
    const newest = settings.parts
      .map(({ latest }) => latest)
      .toSorted((one, other) => (one.position < other.position ? 1 : -1))[0];
    return {
      integration,
      mode,
      source: settings.source,
      active: settings.toggle?.value === true && settings.missing.length === 0,
      values: Object.fromEntries(
        [...settings.slots].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
      ),
      missing: settings.source === undefined ? [] : settings.missing,
      lockedBy: settings.locks.highest,
      setAt: newest?.at,
      position: newest?.position,
    };
  }

  own(scope: ScopeRef, integration: string): Omit<OwnSettings, 'lock'> {
    const state = this.stateOf(scope, integration);
    const understood = state.own && understand(this.context(integration), scope, state.era, state.own);
    return {
      mode: state.own?.kind ?? 'none',
      active: state.own?.active?.value,
      values: Object.fromEntries(
        [...(understood ?? [])].flatMap(([name, { value }]): (readonly [string, FieldValue | null])[] => {
          if (value !== undefined) return [[name, value]];
          return state.own?.kind === 'partial' ? [[name, null]] : [];
        }),
      ),
      hidden: this.resolved(scope, integration).hidden,
      revision: this.#revisions.get(keyOf(scope, integration)) ?? 'no_stream',
    };
  }

  /** The ids of the projects that are there at or below a scope, in the order of registration. */
  projects(within: ScopeRef = 'instance'): readonly string[] {
    return [...this.places.keys()]
      .filter((key) => key.startsWith('project/'))
      .map((key) => key.slice('project/'.length))
      .filter((project) => this.isPresent({ project }) && this.isAtOrBelow({ project }, within));
  }

  #evolve(event: ReadEvent): void {
    if (event.kind === 'settings') {
      const key = keyOf(event.scope, event.integration);
      this.#revisions.set(key, event.recorded.revision);
      if (this.isPresent(event.scope)) {
        const before = this.stateOf(event.scope, event.integration);
        this.#states.set(key, evolveSettings(before, event.body, event.cause));
      }
    } else if (event.kind === 'structure') this.#place(event);
  }

  #place({ scope, body }: ReadEvent & { readonly kind: 'structure' }): void {
    const key = scopeKey(scope);
    const place = this.places.get(key);
    if (body.type === 'GroupRegistered' || body.type === 'ProjectRegistered') {
      if (place !== undefined) return;
      const parent = groupOrInstance(body.type === 'GroupRegistered' ? body.data.parent : body.data.group);
      const name = body.data.name ?? ('group' in scope ? scope.group : scope.project);
      this.places.set(key, { parent: this.isPresent(parent) ? parent : 'instance', name, removed: false });
      return;
    }
    if (place === undefined || !this.isPresent(scope)) return;
    if (body.type === 'GroupRemoved' || body.type === 'ProjectRemoved') place.removed = true;
    else if (body.type === 'GroupRenamed' || body.type === 'ProjectRenamed') place.name = body.data.name;
    else {
      const target = groupOrInstance(body.type === 'GroupMoved' ? body.data.parent : body.data.group);
      if (this.isPresent(target) && !this.isAtOrBelow(target, scope)) place.parent = target;
    }
  }
}

const keyOf = (scope: ScopeRef, integration: string): string => `${scopeKey(scope)} ${integration}`;

/** A copy that shows everything in it as plain data: secrets by their identity, bigints as text. */
export const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  if (isSecretRef(value)) return `secret ${value.id} of ${scopeKey(value.origin)}`;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
};

/** Whether a project's settings differ in what affects it: the toggle and the values; for one that comes or goes, whether anything is configured. */
export const isAffected = (before: EffectiveSettings | undefined, after: EffectiveSettings | undefined): boolean => {
  if (before === undefined || after === undefined) return ((before ?? after)?.source ?? undefined) !== undefined;
  const names = new Set([...Object.keys(before.values), ...Object.keys(after.values)]);
  return (
    before.active !== after.active ||
    [...names].some((name) => !sameFieldValue(before.values[name], after.values[name]))
  );
};
