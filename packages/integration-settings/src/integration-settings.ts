import type {
  Catalog,
  CatalogOf,
  CommandOf,
  CommandReceipt,
  IntegrationSettingsError,
  ScopeRef,
  SlugOf,
  ReadOf,
} from '@integration-settings/domain';
import type {
  AuditEntry,
  CatalogFinding,
  ChildRow,
  Counts,
  EffectiveSettings as LooseEffectiveSettings,
  Explanation,
  Moment,
  OverrideRow,
  OwnSettings as LooseOwnSettings,
  Page,
  Progress,
  RebuildReport,
  SettingsChange,
  Status,
  TimelineEntry as LooseTimelineEntry,
  Unaffected,
  VerifyReport,
} from '@integration-settings/projections';
import type { Observable } from 'rxjs';
import type { Actor } from './authorization.ts';

/** What holds at a scope, typed by the catalog. */
export type EffectiveSettings<C extends Catalog = Catalog, I extends SlugOf<C> = SlugOf<C>> = ReadOf<
  C,
  I,
  LooseEffectiveSettings
>;
/** What a scope itself holds, typed by the catalog. */
export type OwnSettings<C extends Catalog = Catalog, I extends SlugOf<C> = SlugOf<C>> = ReadOf<C, I, LooseOwnSettings>;

/** One command that changed what holds at a scope, typed by the catalog. */
export type TimelineEntry<C extends Catalog = Catalog, I extends SlugOf<C> = SlugOf<C>> = Omit<
  LooseTimelineEntry,
  'before' | 'after'
> & {
  /** `undefined`: the scope was not there. */
  readonly before: EffectiveSettings<C, I> | undefined;
  /** `undefined`: the scope is gone. */
  readonly after: EffectiveSettings<C, I> | undefined;
};

/** Which part of the log is audited, and what of it; absent: all. */
export interface AuditOptions {
  /** Exclusive, so that an entry's position goes in as it is. A time may lie before the first event. */
  readonly from?: Moment;
  /** Inclusive. A time may lie before the first event. */
  readonly to?: Moment;
  /** This scope, not those below it. */
  readonly scope?: ScopeRef;
  readonly integration?: string;
  /** The id of who did it. */
  readonly actor?: string;
  /** Default `forwards`. */
  readonly direction?: 'forwards' | 'backwards';
  /** Goes on with what comes; ends, without an error, with the signal and on closing. Not together with `to` or `backwards`. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface UpkeepOptions {
  /** Told after each batch of events. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Who commands, and how the command is to be taken. */
export interface CommandOptions {
  readonly actor: Actor;
  /** A UUID; the same twice gives the first receipt again. Absent: a new one. */
  readonly commandId?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** At most 1 000 code points. */
  readonly reason?: string;
  /** Of the stream the command is for, as `own().revision` or `scopes.revision()` gives it. */
  readonly expectedRevision?: bigint | 'no_stream' | string;
  /** `PreviewOutdated` where the impact previewed at that position may no longer be the same. */
  readonly ifImpactAt?: bigint | string;
  /** Counts until the append has begun. */
  readonly signal?: AbortSignal;
}

/** What became of one of many commands; `index` is its place in the input. */
export type Outcome =
  | { readonly index: number; readonly receipt: CommandReceipt }
  | { readonly index: number; readonly error: IntegrationSettingsError };

export interface ExecuteManyOptions {
  readonly actor: Actor;
  /** Names the commands: the same batch again repeats nothing. */
  readonly batchId: string;
  /** How many are under way at once, besides those that wait for others. Default 1 000. */
  readonly concurrency?: number;
  readonly reason?: string;
  readonly signal?: AbortSignal;
}

/** A group or project of the host's tree. No name: keeps the one it has. */
export type TreeEntry =
  | { readonly group: string; readonly parent: string | null; readonly name?: string }
  | { readonly project: string; readonly parent: string | null; readonly name?: string };

export interface ReconcileOptions {
  readonly actor: Actor;
  /** Says what would be done and what would fail, as long as nobody else changes the tree, and does nothing. */
  readonly dryRun?: boolean;
  /**
   * Also remove what was registered before the call and is not in the source, once that has ended. `true`: at most a tenth.
   * What an entry names is in the source, also where the entry fails; where it cannot be told what one is for, nothing is removed.
   */
  readonly remove?: boolean | { readonly atMost: number };
  readonly reason?: string;
  readonly signal?: AbortSignal;
}

/** Scopes by what was done to them; one that was moved and renamed counts in both. */
export interface ReconcileReport {
  readonly registered: number;
  readonly moved: number;
  readonly renamed: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly entry: TreeEntry; readonly error: IntegrationSettingsError }[];
}

/** What a command would change, at `position`. */
export interface Impact {
  readonly position: bigint;
  /** Projects; for structural commands pairs of project and integration. */
  readonly affected: number;
  /** Projects whose toggle is on and that become incomplete by the command. */
  readonly incomplete: number;
  /** The first that applies, in this order. */
  readonly unaffected: Unaffected;
  /** That `execute` would append, secrets masked. */
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  /** @throws PreviewOutdated */
  sample(limit: number): readonly {
    readonly project: string;
    readonly integration: string;
    readonly before: LooseEffectiveSettings | undefined;
    readonly after: LooseEffectiveSettings | undefined;
  }[];
  /** All affected projects, found as they are asked for. @throws PreviewOutdated */
  projects(): Iterable<string>;
}

/** The tree, as reads see it. They throw `UnknownScope`. */
export interface ScopeReads {
  exists(scope: ScopeRef): boolean;
  name(scope: ScopeRef): string;
  /** Of the instance: `undefined`. */
  parent(scope: ScopeRef): ScopeRef | undefined;
  /** The instance first, the scope last. */
  path(scope: ScopeRef): readonly ScopeRef[];
  /** Groups first, then projects. `limit` 1 to 1 000, default 100. */
  children(scope: ScopeRef, options?: { readonly after?: string; readonly limit?: number }): Page<ChildRow>;
  /** Of its structure stream: for `expectedRevision` of moves, renames and removals. */
  revision(scope: ScopeRef): bigint | 'no_stream';
  /** In id or name, case ignored; those that begin with it first. */
  find(
    text: string,
    options?: { readonly within?: ScopeRef; readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<readonly { readonly scope: ScopeRef; readonly name: string }[]>;
}

/** The read calls. Sync, but for what reads the log or the whole tree. They throw (or reject with) `UnknownScope` and `UnknownIntegration`. */
export interface SettingsView<C extends Catalog = Catalog> {
  readonly catalog: CatalogOf<C>;
  /** Of the last event of the namespace, `-1n`: empty; of a past view the moment's. */
  readonly position: bigint;
  effective<I extends SlugOf<C>>(scope: ScopeRef, integration: I): EffectiveSettings<C, I>;
  /** Available at that level, or inherited; in the order of the catalog. */
  effectiveAll(scope: ScopeRef): readonly EffectiveSettings<C>[];
  own<I extends SlugOf<C>>(scope: ScopeRef, integration: I): OwnSettings<C, I>;
  explain(scope: ScopeRef, integration: SlugOf<C>): Promise<Explanation>;
  /** `limit` 1 to 1 000, default 100. */
  overrides(
    integration: SlugOf<C>,
    options?: { readonly within?: ScopeRef; readonly after?: string; readonly limit?: number },
  ): Page<OverrideRow>;
  /** Projects at or below a scope. */
  counts(integration: SlugOf<C>, within?: ScopeRef): Counts;
  readonly scopes: ScopeReads;
  /** What is stored and today's catalog does not understand. */
  catalogReport(): Iterable<CatalogFinding>;
}

/**
 * Settings of integrations for the instance, its groups and its projects.
 *
 * With a catalog from `defineCatalog`, slugs and values are inferred in commands and reads; `IntegrationSettings<C>` is
 * assignable to `IntegrationSettings`, for slugs known at run time only. Everything handed out is deeply readonly and frozen.
 */
export interface IntegrationSettings<C extends Catalog = Catalog> extends SettingsView<C> {
  readonly catalog: CatalogOf<C>;
  /**
   * Decides a command on what is there, appends what it leads to, and waits until reads show it.
   *
   * @throws CommandRejected, NotAuthorized, ExpectedRevisionConflict, PreviewOutdated, SecretsNotConfigured, StoreUnavailable,
   *   StoreNewer, Closed: nothing was changed; Superseded: stored, but it met another state
   */
  execute(command: CommandOf<C>, options: CommandOptions): Promise<CommandReceipt>;
  /**
   * Outcomes in the order of the input. Commands for one scope, and those that create or move what a later one names, keep their
   * order; one that moves or removes a group waits for all earlier ones, and all later ones for it. Not atomic. Whoever takes no
   * more outcomes lets nothing more begin.
   */
  executeMany(
    commands: Iterable<CommandOf<C>> | AsyncIterable<CommandOf<C>>,
    options: ExecuteManyOptions,
  ): AsyncIterable<Outcome>;
  /** Brings the tree in step with the host's, in any order. A second run has nothing to do. @throws TooManyRemovals */
  reconcile(tree: Iterable<TreeEntry> | AsyncIterable<TreeEntry>, options: ReconcileOptions): Promise<ReconcileReport>;
  /** What a command would change; appends nothing, rejects as `execute` would. */
  preview(command: CommandOf<C>, options: { readonly actor: Actor }): Promise<Impact>;
  /** Current first; silent when nothing changed; completes on removal and on close, never errors. */
  watch<I extends SlugOf<C>>(scope: ScopeRef, integration: I): Observable<EffectiveSettings<C, I>>;
  /** Live, one for each event. */
  readonly changes$: Observable<SettingsChange>;
  /** Current first. */
  readonly status$: Observable<Status>;
  /** Every change of what holds at a scope, its own and inherited ones alike, oldest first, up to now. */
  timeline<I extends SlugOf<C>>(scope: ScopeRef, integration: I): AsyncIterable<TimelineEntry<C, I>>;
  /**
   * The read calls of a past moment; of the future, now. With a scope only what that needs is read, and only the scope and
   * those it lay below then may be asked (else `OutOfRange`).
   *
   * @throws OutOfRange for what is no moment, a time before the first event, and a position past the last one or below -1;
   *   UnknownScope for a scope that was never registered
   */
  asOf(moment: Moment, options?: { readonly scope?: ScopeRef }): Promise<SettingsView<C>>;
  /**
   * Whose effective toggle or values differ between two moments: projects in the order of registration, at or below `within`
   * in one of the moments.
   *
   * @throws OutOfRange as `asOf`; UnknownScope where `within` was there in neither moment
   */
  diff(
    from: Moment,
    to: Moment,
    options?: { readonly integration?: SlugOf<C>; readonly within?: ScopeRef },
  ): AsyncIterable<{
    readonly project: string;
    readonly integration: SlugOf<C>;
    readonly before: EffectiveSettings<C> | undefined;
    readonly after: EffectiveSettings<C> | undefined;
  }>;
  /**
   * Who did what, when and why, in the order of the log.
   *
   * @throws OutOfRange for what is no moment, and a position that is not in the log; UnknownScope where the scope was never
   *   registered; UnknownIntegration where neither the catalog nor the log has it
   */
  audit(options?: AuditOptions): AsyncIterable<AuditEntry>;
  /**
   * Gives a scope back the own settings, not the locks, that it had at a moment: `RevertSettings`.
   *
   * @throws what `execute` throws; OutOfRange as `asOf`
   */
  revert(
    scope: ScopeRef,
    integration: SlugOf<C>,
    options: CommandOptions & { readonly to: Moment },
  ): Promise<CommandReceipt>;
  /**
   * The texts of those secrets whose origin the actor administers, with the settings they belong to, of one state. Recorded
   * before they are handed out.
   *
   * @throws NotAuthorized where there are secrets and none may be revealed; SecretErased where a key is gone without an erasure
   */
  reveal<I extends SlugOf<C>>(
    scope: ScopeRef,
    integration: I,
    options: { readonly actor: Actor; readonly purpose: string },
  ): Promise<{ readonly settings: EffectiveSettings<C, I>; readonly secrets: Readonly<Record<string, string>> }>;
  /**
   * Compares the view with a second fold of the log, and changes nothing. Reads and commands go on meanwhile.
   *
   * @throws the signal's reason, or what is wrong with the log
   */
  verify(options?: UpkeepOptions): Promise<VerifyReport>;
  /**
   * Builds the view anew beside the old one, compares them, and switches in one step; watchers hear of what was wrong. Reads
   * and commands go on meanwhile. Of two at once the second begins after the first.
   *
   * @throws the signal's reason, or what is wrong with the log: the old view stays
   */
  rebuild(options?: UpkeepOptions): Promise<RebuildReport>;
  /** Until the view has passed a position. Default: as long as a command waits to be visible. @throws TimedOut */
  waitFor(
    position: bigint | string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Finishes what runs, closes stores and keyring; afterwards everything throws `Closed`. */
  close(): Promise<void>;
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
