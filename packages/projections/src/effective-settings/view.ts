import {
  type Catalog,
  compileDefinition,
  evolveSettings,
  groupOrInstance,
  type KeyOwner,
  nothingAbove,
  parseStreamName,
  type RecordedEvent,
  type Resolved,
  scopeKey,
  type ScopeRef,
  type Settings,
  type SettingsState,
  settingsStreamName,
  type StructureState,
  structureStreamName,
} from '@integration-settings/domain';
import { BegunCommands } from './begun-commands.ts';
import { CommandIndex } from './command-index.ts';
import { IntegrationView } from './integration-view.ts';
import { OwnIndex } from './own-index.ts';
import { readEvent, type ReadEvent } from './read-event.ts';
import { RecentEvents } from './recent-events.ts';
import { Tally } from './tally.ts';
import { TimeIndex } from './time-index.ts';
import { instance, Tree } from './tree.ts';
import type { FrozenView, LastEvent, Superseded, ViewImage } from './view-image.ts';

/** What one integration has in the log, and, where the catalog has it, what is effective. */
export interface IntegrationSlice {
  readonly slug: string;
  readonly own: OwnIndex;
  /** `undefined` where the catalog has no such integration: not readable, but its events stay. */
  readonly view: IntegrationView | undefined;
  /** Whether the log has brought it up. */
  isInLog: boolean;
}

/** One that the catalog has. */
export type ReadableSlice = IntegrationSlice & { readonly view: IntegrationView };

/** What an event did to the view. */
export type Effect = { readonly event: ReadEvent } & (
  | {
      readonly kind: 'settings';
      readonly number: number;
      readonly before: SettingsState;
      readonly after: SettingsState;
    }
  | { readonly kind: 'registered' | 'renamed'; readonly number: number }
  | { readonly kind: 'moved'; readonly number: number; readonly from: number; readonly to: number }
  | { readonly kind: 'removed'; readonly number: number; readonly from: number }
  | { readonly kind: 'none' }
);

const noEffects: readonly Effect[] = [];

/** What a structure stream says, and its revision; -1 before its first event. */
interface Structure {
  readonly state: StructureState;
  readonly revision: bigint;
}

const unknown: Structure = { state: { status: 'unknown' }, revision: -1n };

/**
 * The read model of effective settings: a fold of the log that never consults the catalog, and what today's catalog makes of
 * it. Everything is sync; events of one command take effect together, at the position of the last.
 */
export class EffectiveSettingsView {
  readonly namespace: string;
  readonly catalog: Catalog;
  readonly tree = new Tree();
  readonly recent = new RecentEvents(this.tree);
  readonly commands = new CommandIndex();
  /** Of every event handed over, in effect or waiting for the rest of its command. */
  readonly times = new TimeIndex();
  /** In the order of the catalog, then as the log brought them up. */
  readonly slices = new Map<string, IntegrationSlice>();
  /** Events that met another state than they were decided on, with what became of them. */
  readonly superseded = new Map<bigint, Superseded>();
  /** Made when first asked for: hardly ever of many integrations. */
  #tallies = new Map<IntegrationSlice, Tally>();
  #begun = new BegunCommands();
  /** How far streams have come whose scope was never registered. */
  #early = new Map<string, bigint>();
  /** The integrations that the log has, in the order in which it brought them up. */
  #slugs: string[] = [];
  #last: LastEvent | undefined;
  #position = -1n;
  #events = 0;

  constructor(namespace: string, catalog: Catalog) {
    this.namespace = namespace;
    this.catalog = catalog;
    for (const slug of Object.keys(catalog.definitions)) this.#addSlice(slug);
  }

  /** A view that goes on where an image of another one ends, with any catalog. */
  static restored(namespace: string, catalog: Catalog, image: ViewImage): EffectiveSettingsView {
    const view = new EffectiveSettingsView(namespace, catalog);
    view.tree.restore(image.tree);
    for (const [index, slug] of image.slugs.entries()) {
      view.#slice(slug).own.restore(image.own[index] ?? [], (number) => view.tree.isProject(number));
    }
    for (const shard of image.commands) view.commands.restore(shard);
    for (const event of image.recent) view.recent.add(event);
    view.times.restore(image.times);
    for (const superseded of image.superseded) view.superseded.set(superseded.event.position, superseded);
    for (const event of image.begun) view.#begun.collect(readEvent(event));
    for (const [streamName, revision] of image.early) view.#early.set(streamName, revision);
    [view.#last, view.#position, view.#events] = [image.last, image.position, image.events];
    return view;
  }

  /** Of the last event that took effect; `-1n` before the first. */
  get position(): bigint {
    return this.#position;
  }

  /** Of all events that were handed over, in effect or waiting for the rest of its command; `undefined` before the first. */
  get last(): LastEvent | undefined {
    return this.#last;
  }

  /** How many events took effect. */
  get events(): number {
    return this.#events;
  }

  /** How many settings or structure events are held back because parts of their commands have not come. */
  get waiting(): number {
    return this.#begun.parts;
  }

  /**
   * Applies one event of the namespace; events at or below the position are skipped.
   *
   * @param observe - told what each event did, once all of its command have taken effect
   * @throws StoreNewer, StoreCorrupted: the event, and with it the view, stays where it was
   */
  apply(recorded: RecordedEvent, observe?: (effect: Effect) => void): void {
    if (recorded.position <= this.#position) return;
    const event = readEvent(recorded);
    const before = this.#begun.collect(event);
    this.times.note(recorded.position, event.metadata.at);
    if (before === undefined) {
      if (this.#last === undefined || this.#last.position < recorded.position) this.#last = recorded;
      return;
    }
    const effects = before.length === 0 ? noEffects : before.map((part) => this.#evolve(part));
    const effect = this.#evolve(event);
    this.#position = recorded.position;
    this.#last = recorded;
    this.commands.add(event.metadata.commandId, recorded.position);
    if (observe === undefined) return;
    for (const earlier of effects) observe(earlier);
    observe(effect);
  }

  /**
   * Becomes what another view of the same log is: whoever holds this one sees the other's content from then on. The other must
   * not be used any more.
   */
  adopt(other: EffectiveSettingsView): void {
    const { tree, recent, commands, times, slices, superseded } = other;
    Object.assign(this, { tree, recent, commands, times, slices, superseded });
    this.#tallies = other.#tallies;
    this.#begun = other.#begun;
    this.#early = other.#early;
    this.#slugs = other.#slugs;
    this.#last = other.#last;
    this.#position = other.#position;
    this.#events = other.#events;
  }

  /**
   * Takes an image of everything, in one turn and without copying what grows. One at a time.
   *
   * @throws RangeError before the first event
   */
  freeze(): FrozenView {
    const last = this.#last;
    if (last === undefined) throw new RangeError('There is no image of a view without events.');
    const own = this.#slugs.map((slug) => this.#slice(slug).own.freeze());
    return {
      last,
      position: this.#position,
      events: this.#events,
      tree: this.tree.freeze(),
      slugs: [...this.#slugs],
      own,
      commands: this.commands.freeze(),
      recent: this.recent.freeze(),
      times: this.times.freeze(),
      superseded: [...this.superseded.values()],
      begun: this.#begun.freeze(),
      early: [...this.#early],
      release: () => {
        for (const image of own) image.release();
      },
    };
  }

  /** What a settings stream says, and its revision. */
  settingsOf(
    scope: ScopeRef,
    integration: string,
  ): { readonly state: SettingsState; readonly revision: bigint } | undefined {
    const number = this.tree.find(scope);
    return number === undefined ? undefined : this.slices.get(integration)?.own.get(number);
  }

  structureOf(scope: Exclude<ScopeRef, 'instance'>): Structure {
    const number = this.tree.find(scope);
    if (number === undefined) {
      const early = this.#early.size === 0 ? undefined : this.#early.get(structureStreamName(this.namespace, scope));
      return early === undefined ? unknown : { ...unknown, revision: early };
    }
    const revision = this.tree.revisionOf(number);
    if (!this.tree.isPresent(number)) return { state: { status: 'removed' }, revision };
    const parent = this.tree.refOf(this.tree.parentOf(number));
    return { state: { status: 'present', parent, name: this.tree.nameOf(number) }, revision };
  }

  exists(scope: ScopeRef): boolean {
    const number = this.tree.find(scope);
    return number !== undefined && this.tree.isPresent(number);
  }

  /** Whether one scope is another, or lies below it. What was removed lies below nothing but the instance. */
  isAtOrBelow(scope: ScopeRef, ancestor: ScopeRef): boolean {
    if (ancestor === 'instance') return true;
    const [below, above] = [this.tree.find(scope), this.tree.find(ancestor)];
    if (below === undefined || above === undefined) return false;
    return this.tree.isPresent(below) && this.tree.isAtOrBelow(below, above);
  }

  /** What a scope inherits; where the catalog does not have the integration, nothing. */
  above(scope: ScopeRef, integration: string): Settings {
    const number = this.tree.find(scope);
    return number === undefined ? nothingAbove : (this.slices.get(integration)?.view?.above(number) ?? nothingAbove);
  }

  resolved(scope: ScopeRef, integration: string): Resolved | undefined {
    const number = this.tree.find(scope);
    return number === undefined ? undefined : this.slices.get(integration)?.view?.resolved(number);
  }

  /** The shapes of own settings below each group, made when first asked for. */
  tallyOf(slice: ReadableSlice): Tally {
    let tally = this.#tallies.get(slice);
    if (tally === undefined) this.#tallies.set(slice, (tally = new Tally(this.tree, slice.view.context, slice.own)));
    return tally;
  }

  /** How often the secrets entered at a scope have been erased. */
  eraOf(scope: ScopeRef, integration: string): number {
    return this.settingsOf(scope, integration)?.state.era ?? 0;
  }

  /** Whether the fold has ended a data key: an erasure of its stream or of its origin's secrets, or a removal. */
  hasEnded(key: KeyOwner): boolean {
    const identity = parseStreamName(this.namespace, key.streamName);
    if (identity?.kind !== 'settings') return false;
    const { scope, integration } = identity;
    const number = this.tree.find(scope);
    if (number !== undefined && !this.tree.isPresent(number)) return true;
    return key.streamEra < this.eraOf(scope, integration) || key.era < this.eraOf(key.origin, integration);
  }

  /** Of an integration that the log has. */
  #slice(slug: string): IntegrationSlice {
    const slice = this.slices.get(slug) ?? this.#addSlice(slug);
    if (!slice.isInLog) {
      slice.isInLog = true;
      this.#slugs.push(slug);
    }
    return slice;
  }

  #addSlice(slug: string): IntegrationSlice {
    const own = new OwnIndex();
    const definition = Object.hasOwn(this.catalog.definitions, slug) ? this.catalog.definitions[slug] : undefined;
    const view =
      definition === undefined ? undefined : new IntegrationView(compileDefinition(slug, definition), this.tree, own);
    const slice = { slug, own, view, isInLog: false };
    this.slices.set(slug, slice);
    return slice;
  }

  #evolve(event: ReadEvent): Effect {
    this.#events += 1;
    if (event.kind === 'optional') {
      this.#countOptional(event);
      this.recent.add({ position: event.recorded.position, number: undefined });
      return { event, kind: 'none' };
    }
    return event.kind === 'settings' ? this.#evolveSettings(event) : this.#evolveStructure(event);
  }

  #evolveSettings(event: ReadEvent & { readonly kind: 'settings' }): Effect {
    const { scope, integration, body, cause } = event;
    const { position, revision } = event.recorded;
    const number = this.tree.find(scope);
    if (number === undefined || !this.tree.isPresent(number)) {
      this.#countRevision(event.recorded, scope, integration);
      return this.#noEffect(event, `"${scopeKey(scope)}" was not there: nothing was changed`);
    }
    const slice = this.#slice(integration);
    const before = slice.own.stateOf(number);
    const after = evolveSettings(before, body, cause);
    const isProject = this.tree.isProject(number);
    slice.own.put(number, isProject, after, revision);
    if (isProject) this.tree.markOwnSettings(number);
    if (after.era !== before.era) {
      slice.view?.readAgain();
      this.#tallies.delete(slice);
    } else if (isProject) this.#tallies.get(slice)?.change(number, before, after);
    else slice.view?.forgetPassedDown();
    this.recent.add({ position, number, integration: slice.slug });
    return { event, kind: 'settings', number, before, after };
  }

  #evolveStructure(event: ReadEvent & { readonly kind: 'structure' }): Effect {
    const { scope, body } = event;
    const { position, revision } = event.recorded;
    const known = this.tree.find(scope);
    const isRegistration = body.type === 'GroupRegistered' || body.type === 'ProjectRegistered';
    if (known !== undefined || !isRegistration) this.#countRevision(event.recorded, scope, undefined);
    if (isRegistration) {
      if (known !== undefined)
        return this.#noEffect(event, `"${scopeKey(scope)}" had been registered before: nothing was changed`);
      const place = groupOrInstance(body.type === 'GroupRegistered' ? body.data.parent : body.data.group);
      const parent = this.#present(place);
      if (parent === undefined) {
        this.#supersede(
          event,
          `"${scopeKey(place)}" was not there: "${scopeKey(scope)}" is directly below the instance`,
        );
      }
      const number = this.tree.add(scope, parent ?? instance, body.data.name);
      this.tree.recordRevision(number, revision);
      this.#adoptEarly(number, scope);
      this.recent.add({ position, number });
      return { event, kind: 'registered', number };
    }
    if (known === undefined || !this.tree.isPresent(known)) {
      return this.#noEffect(event, `"${scopeKey(scope)}" was not there: nothing was changed`);
    }
    switch (body.type) {
      case 'GroupRenamed':
      case 'ProjectRenamed':
        this.tree.rename(known, body.data.name);
        this.recent.add({ position, number: known });
        return { event, kind: 'renamed', number: known };
      case 'GroupMoved':
      case 'ProjectTransferred':
        return this.#move(
          event,
          known,
          groupOrInstance(body.type === 'GroupMoved' ? body.data.parent : body.data.group),
        );
      case 'GroupRemoved':
      case 'ProjectRemoved': {
        const from = this.tree.parentOf(known);
        this.recent.add({ position, number: known });
        this.#relinked(known, () => this.tree.remove(known), 'removed');
        return { event, kind: 'removed', number: known, from };
      }
      default:
        body satisfies never;
        return { event, kind: 'none' };
    }
  }

  #move(event: ReadEvent & { readonly kind: 'structure' }, number: number, place: ScopeRef): Effect {
    const to = this.#present(place);
    if (to === undefined)
      return this.#noEffect(event, `"${scopeKey(place)}" was not there: "${scopeKey(event.scope)}" stays where it was`);
    if (this.tree.isAtOrBelow(to, number)) {
      return this.#noEffect(
        event,
        `"${scopeKey(place)}" lies below "${scopeKey(event.scope)}", which stays where it was`,
      );
    }
    const from = this.tree.parentOf(number);
    this.recent.add({ position: event.recorded.position, number, moved: [from, to] });
    this.#relinked(number, () => this.tree.move(number, to), 'moved');
    return { event, kind: 'moved', number, from, to };
  }

  /** Takes the scope's own settings, and those below it, out of the sums above, relinks it, and puts them in again. */
  #relinked(number: number, relink: () => void, how: 'moved' | 'removed'): void {
    for (const [{ own }, tally] of this.#tallies) tally.relink(number, own.stateOf(number), -1);
    relink();
    if (how === 'moved') for (const [{ own }, tally] of this.#tallies) tally.relink(number, own.stateOf(number), 1);
    if (!this.tree.isProject(number)) for (const { view } of this.slices.values()) view?.forgetPassedDown();
  }

  /** Of an event that is passed over only its stream's name says what it counts for. */
  #countOptional({ recorded }: ReadEvent): void {
    const identity = parseStreamName(this.namespace, recorded.streamName);
    if (identity?.kind === 'settings') this.#countRevision(recorded, identity.scope, identity.integration);
    else if (identity?.kind === 'structure') this.#countRevision(recorded, identity.scope, undefined);
  }

  /** Every event counts for the revision of its stream, also one without effect. */
  #countRevision({ streamName, revision }: RecordedEvent, scope: ScopeRef, integration: string | undefined): void {
    const number = this.tree.find(scope);
    const slice = integration === undefined ? undefined : this.#slice(integration);
    if (number === undefined) this.#early.set(streamName, revision);
    else if (slice === undefined) this.tree.recordRevision(number, revision);
    else slice.own.touch(number, revision);
  }

  #adoptEarly(number: number, scope: Exclude<ScopeRef, 'instance'>): void {
    if (this.#early.size === 0) return;
    this.#early.delete(structureStreamName(this.namespace, scope));
    for (const { slug, own } of this.slices.values()) {
      const streamName = settingsStreamName(this.namespace, scope, slug);
      const revision = this.#early.get(streamName);
      if (revision === undefined) continue;
      own.touch(number, revision);
      this.#early.delete(streamName);
    }
  }

  #present(scope: ScopeRef): number | undefined {
    const number = this.tree.find(scope);
    return number !== undefined && this.tree.isPresent(number) ? number : undefined;
  }

  #noEffect(event: ReadEvent, became: string): Effect {
    this.#supersede(event, became);
    this.recent.add({ position: event.recorded.position, number: undefined });
    return { event, kind: 'none' };
  }

  #supersede({ recorded }: ReadEvent, became: string): void {
    this.superseded.set(recorded.position, { event: recorded, became });
  }
}
