import {
  type EventMetadata,
  frozenResult,
  type RecordedEvent,
  sameScope,
  schemaVersions,
  scopeOf,
  type ScopeRef,
  streamPrefixOf,
} from '@integration-settings/domain';
import { readEvent, type ReadEvent } from '../effective-settings/read-event.ts';
import { causedBy } from '../live/caused-by.ts';
import type { AuditEntry } from '../read-model.ts';
import { changedFields } from './changed-fields.ts';
import type { Past } from './moment.ts';
import { type BeforeAndAfter, OwnHistories } from './own-histories.ts';
import { Reach } from './reach.ts';

/** Which events an audit is about; absent: any. */
export interface AuditFilter {
  readonly scope?: ScopeRef | undefined;
  readonly integration?: string | undefined;
  readonly actor?: string | undefined;
}

/** A part of the log. */
export interface AuditRange {
  /** Exclusive. */
  readonly after: bigint;
  /** Inclusive. */
  readonly upTo: bigint;
  readonly direction?: 'forwards' | 'backwards' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An event that has a scope: all of ours but those that only a newer version knows. */
interface Audited {
  readonly event: ReadEvent;
  readonly scope: ScopeRef;
  readonly integration: string | undefined;
}

/** Says of events who did what, when and why, and what it changed; holds no more than a batch of them. */
export class Audit {
  readonly #past: Past;
  readonly #filter: AuditFilter;
  readonly #histories: OwnHistories;
  readonly #reach: Reach;

  constructor(past: Past, filter: AuditFilter) {
    this.#past = past;
    this.#filter = filter;
    this.#histories = new OwnHistories(past);
    this.#reach = new Reach(past);
  }

  async *read({ after, upTo, direction = 'forwards', signal }: AuditRange): AsyncGenerator<AuditEntry> {
    const { eventStore, view } = this.#past;
    const range = { after, before: upTo + 1n, direction, streamPrefix: streamPrefixOf(view.namespace) };
    for await (const events of eventStore.readAll(signal === undefined ? range : { ...range, signal })) {
      yield* await this.entriesOf(events);
    }
  }

  /** The entries of a batch, in its order; the view has passed its events. */
  async entriesOf(batch: readonly RecordedEvent[]): Promise<readonly AuditEntry[]> {
    const audited = batch.map(auditedOf).filter((one) => one !== undefined && this.#isAskedFor(one)) as Audited[];
    const states = await this.#statesOf(audited);
    return audited.map((one) => this.#entryOf(one, states.get(one.event.recorded.position)));
  }

  #isAskedFor({ event, scope, integration }: Audited): boolean {
    const { scope: only, integration: about, actor } = this.#filter;
    return (
      (only === undefined || sameScope(scope, only)) &&
      (about === undefined || integration === about) &&
      (actor === undefined || event.cause.actor === actor)
    );
  }

  async #statesOf(audited: readonly Audited[]): Promise<ReadonlyMap<bigint, BeforeAndAfter>> {
    const byStream = new Map<string, Map<bigint, bigint>>();
    for (const { event } of audited) {
      if (event.kind !== 'settings') continue;
      const { streamName, revision, position } = event.recorded;
      const positions = byStream.get(streamName) ?? new Map<bigint, bigint>();
      byStream.set(streamName, positions.set(revision, position));
    }
    const states = new Map<bigint, BeforeAndAfter>();
    for (const [streamName, positions] of byStream) {
      const around = await this.#histories.around(streamName, new Set(positions.keys()));
      for (const [revision, state] of around) states.set(positions.get(revision)!, state);
    }
    return states;
  }

  #entryOf({ event, scope, integration }: Audited, states: BeforeAndAfter | undefined): AuditEntry {
    const slice = integration === undefined ? undefined : this.#past.view.slices.get(integration);
    const context = slice?.view?.context;
    return frozenResult({
      ...causedBy(event, context?.compiled),
      scope: Object.freeze(scope),
      integration,
      changed: states === undefined ? nothingChanged : changedFields(context, scope, states.before, states.after),
      reached: () => this.#reach.of(event.recorded),
    });
  }
}

const nothingChanged: AuditEntry['changed'] = frozenResult({});

const auditedOf = (recorded: RecordedEvent): Audited | undefined => {
  const event = readEvent(recorded);
  if (event.kind === 'settings') return { event, scope: event.scope, integration: event.integration };
  if (event.kind === 'structure') return { event, scope: event.scope, integration: undefined };
  const { schemaVersion } = recorded.metadata as Partial<EventMetadata>;
  if (recorded.type !== 'SecretsRevealed' || schemaVersion !== schemaVersions.SecretsRevealed) return undefined;
  const data = recorded.data as { readonly group?: string; readonly project?: string; readonly integration: string };
  return { event, scope: scopeOf(data), integration: data.integration };
};
