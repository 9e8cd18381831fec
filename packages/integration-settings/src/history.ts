import {
  type EventStore,
  isOutOfRange,
  OutOfRange,
  type ScopeRef,
  streamPrefixOf,
  UnknownIntegration,
  UnknownScope,
} from '@integration-settings/domain';
import {
  Audit,
  type AuditEntry,
  diff,
  type DiffOptions,
  type LiveView,
  type Moment,
  parseMoment,
  type Past,
  positionOf,
  type Sampled,
  type Snapshots,
  StreamMemory,
  timeline,
  type TimelineEntry,
  viewAt,
  viewOfScopeAt,
} from '@integration-settings/projections';
import type { AuditOptions, SettingsView } from './integration-settings.ts';
import { PastSettings } from './past-settings.ts';

/** As long as a timer can wait, in milliseconds. */
const longest = 2_147_483_647;

/** Answers for the past, from the log, as far as the live view has come. */
export class History {
  readonly #live: LiveView;
  readonly #eventStore: EventStore;
  readonly #snapshots: Snapshots | undefined;
  readonly #memory = new StreamMemory();

  constructor(live: LiveView, eventStore: EventStore, snapshots?: Snapshots) {
    this.#live = live;
    this.#eventStore = eventStore;
    this.#snapshots = snapshots;
  }

  /** On fresh knowledge of where the log ends, if it matters: now is no earlier than what was answered before. @throws OutOfRange */
  async positionOf(moment: Moment): Promise<bigint> {
    const parsed = parseMoment(moment);
    const isNow = 'time' in parsed && parsed.time >= this.#live.view.times.last.time;
    if (isNow && this.#live.stopped === undefined) await this.#live.catchUp();
    try {
      return await positionOf(this.#past, moment);
    } catch (error) {
      if (!isOutOfRange(error) || this.#live.stopped !== undefined) throw error;
      await this.#live.catchUp();
      return positionOf(this.#past, moment);
    }
  }

  async asOf(moment: Moment, scope: ScopeRef | undefined, requireOpen: () => void): Promise<SettingsView> {
    const position = await this.positionOf(moment);
    if (scope !== undefined) this.#requireScope(scope);
    const view = await (scope === undefined
      ? viewAt(this.#past, position)
      : viewOfScopeAt(this.#past, position, scope));
    return new PastSettings({ view, position, scope, requireOpen });
  }

  timeline(scope: ScopeRef, integration: string): AsyncIterable<TimelineEntry> {
    return timeline(this.#past, scope, integration);
  }

  async *diff(from: Moment, to: Moment, options: DiffOptions): AsyncGenerator<Sampled> {
    const positions = [await this.positionOf(from), await this.positionOf(to)] as const;
    const [before, after] = [await viewAt(this.#past, positions[0]), await viewAt(this.#past, positions[1])];
    yield* diff(before, after, options);
  }

  /** @param closing - ends what follows, as the caller's own signal does */
  async *audit(options: AuditOptions, closing: AbortSignal): AsyncGenerator<AuditEntry> {
    const { from, to, scope, integration, actor, direction, follow, signal } = options;
    if (follow === true && (to !== undefined || direction === 'backwards')) {
      throw new OutOfRange('An audit that follows goes forwards and has no end: leave out "to" and "direction".');
    }
    const audit = new Audit(this.#past, { scope, integration, actor });
    const after = from === undefined ? -1n : await this.#startOf(from);
    const upTo = to === undefined ? await this.#head() : await this.#startOf(to);
    if (scope !== undefined) this.#requireScope(scope);
    if (integration !== undefined && !this.#live.view.slices.has(integration))
      throw new UnknownIntegration(integration);
    const range = { after, upTo, direction, signal };
    if (follow !== true) return yield* audit.read(range);
    const ending = signal === undefined ? closing : AbortSignal.any([closing, signal]);
    try {
      yield* audit.read({ ...range, signal: ending });
      yield* this.#follow(audit, after > upTo ? after : upTo, ending);
    } catch (error) {
      if (!ending.aborted) throw error;
    }
  }

  async *#follow(audit: Audit, after: bigint, signal: AbortSignal): AsyncGenerator<AuditEntry> {
    const streamPrefix = streamPrefixOf(this.#live.view.namespace);
    for await (const message of this.#eventStore.subscribeToAll({ after, streamPrefix, signal })) {
      const last = message.kind === 'events' ? message.events.at(-1) : undefined;
      if (message.kind !== 'events' || last === undefined) continue;
      await this.#live.waitFor(last.position, { timeoutMs: longest, signal });
      yield* await audit.entriesOf(message.events);
    }
  }

  /** Where the log ends: reveals are in it before the view has heard of them. */
  async #head(): Promise<bigint> {
    if (this.#live.stopped === undefined) await this.#live.catchUp();
    return this.#live.view.times.last.position;
  }

  /** Of a part of the log, which may begin before there was anything. */
  async #startOf(moment: Moment): Promise<bigint> {
    const parsed = parseMoment(moment);
    const { first } = this.#live.view.times;
    return 'time' in parsed && first !== undefined && parsed.time < first ? -1n : this.positionOf(moment);
  }

  /** One that was ever registered: a slip of the caller is not to look as if nothing had happened there. */
  #requireScope(scope: ScopeRef): void {
    if (this.#live.view.tree.find(scope) === undefined) throw new UnknownScope(scope);
  }

  get #past(): Past {
    return {
      eventStore: this.#eventStore,
      view: this.#live.view,
      memory: this.#memory,
      snapshots: this.#snapshots,
    };
  }
}
