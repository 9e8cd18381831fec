// The public surface as it was agreed on, loose as for a catalog known at run time only: what the built declarations are
// compared with in `types.test-d.ts`. Changed only together with what hosts were promised.
import type { Observable } from 'rxjs';

export type ScopeRef = 'instance' | { readonly group: string } | { readonly project: string };
export type Level = 'instance' | 'group' | 'project';

/** A secret in a read: says that there is one, never its text. Two are the same secret when their ids are equal. */
export interface SecretRef {
  readonly id: string;
  readonly origin: ScopeRef;
  toJSON(): '********';
  toString(): '********';
}
export type FieldValue = string | number | boolean | readonly string[] | SecretRef;
/** A value in a command. `null`, `''` and `[]` are one thing: empty. A secret is given as its text, as a mask, or as the SecretRef of what is there (R22). */
export type GivenValue = FieldValue | null;
export type GivenValues = Readonly<Record<string, GivenValue>>;

export interface FieldDefinition {
  readonly type: 'string' | 'boolean' | 'integer' | 'string[]';
  readonly required?: boolean; // must be present while active
  readonly secret?: boolean; // strings only
  readonly endpoint?: boolean; // secrets are sent there; may itself be secret (a webhook)
  readonly connection?: boolean; // belongs to the connection without being an endpoint or a secret; marking a field later is a breaking change of the catalog
  readonly format?: 'url' | 'email';
  readonly allowedValues?: readonly (string | number)[];
  readonly default?: string | number | boolean; // for forms; never put into values
  readonly title?: string;
  readonly description?: string;
}
export interface IntegrationDefinition {
  readonly title?: string;
  readonly levels?: readonly Level[]; // absent: all
  readonly fields: Readonly<Record<string, FieldDefinition>>; // in the order of forms
}
/** @throws InvalidCatalog naming every fault at once */
export declare function defineCatalog<const D extends Readonly<Record<string, IntegrationDefinition>>>(
  definitions: D,
): Catalog<D>;
export interface Catalog<D = Readonly<Record<string, IntegrationDefinition>>> {
  readonly definitions: D;
  /** Entries of a form to values. Names that are no fields are ignored (but `active`); the last entry of a name wins (a hidden `0` before a checkbox); `true 1 on` and `false 0 off` are booleans; an
   *  empty or masked secret is not given; several entries of one name make a list. */
  parseForm(
    integration: string,
    entries: Iterable<readonly [string, unknown]>,
  ): { readonly values: GivenValues; readonly active?: boolean; readonly issues: readonly Issue[] };
}
export interface Issue {
  readonly field: string;
  readonly message: string;
}

/** `data` of each command. `null` is the instance. A key that is missing, has `undefined` or is not listed is `InvalidCommand`. */
export interface Commands {
  SetInstanceDefault: { integration: string; active?: boolean; values?: GivenValues };
  ResetInstanceDefault: { integration: string };
  SetGroupDefault: { group: string; integration: string; active?: boolean; values?: GivenValues };
  ResetGroupDefault: { group: string; integration: string };
  SwitchToCustom: Below & { integration: string; active?: boolean; values?: GivenValues };
  ChangeCustomSettings: Below & { integration: string; active?: boolean; values?: GivenValues };
  SwitchToInherited: Below & { integration: string; active?: boolean; values?: GivenValues }; // values are ignored (R11)
  ResetProjectSettings: { project: string; integration: string };
  OverrideFields: Below & { integration: string; active?: boolean; values?: GivenValues }; // at least one of both
  InheritFields: Below & { integration: string; fields: readonly string[] }; // 'active' is one of them
  LockDefault:
    | { group: string | null; integration: string; fields?: readonly string[]; only?: never }
    | { group: string | null; integration: string; fields: readonly string[]; only: true }; // fields absent: whole; only: exactly these stay locked
  UnlockDefault: { group: string | null; integration: string; fields?: readonly string[] }; // absent: all
  EraseSecrets: AtOrBelow & { integration: string };
  RevertSettings: AtOrBelow & { integration: string; to: string }; // own settings, not locks, as of that position
  RegisterGroup: { group: string; parent: string | null; name?: string }; // name absent: the id
  MoveGroup: { group: string; parent: string | null };
  RenameGroup: { group: string; name: string };
  RemoveGroup: { group: string };
  RegisterProject: { project: string; group: string | null; name?: string };
  TransferProject: { project: string; group: string | null };
  RenameProject: { project: string; name: string };
  RemoveProject: { project: string };
}
export type Below = { project: string; group?: never } | { group: string; project?: never };
export type AtOrBelow = { project: string; group?: never } | { group: string | null; project?: never };
export type Command<T extends keyof Commands = keyof Commands> = {
  [K in T]: { readonly type: K; readonly data: Readonly<Commands[K]> };
}[T];
// Creators beside them: setInstanceDefault('jira', values?, { active? }), switchToCustom({ project }, 'jira', values?, { active? }), lockDefault('instance' | { group }, 'jira', fields?), registerProject('42', { group, name? }), …

// STORED FORMAT (design.md section 4): bodies name their subject in full, an absent `group`/`parent` is the instance; the stream's name is never parsed.
export type StoredValue = string | number | boolean | readonly string[] | { readonly $secret: SealedSecret };
export interface SealedSecret {
  v: 1;
  id: string;
  origin: ScopeRef;
  era: number;
  key: string;
  nonce: string;
  text: string;
}
type Complete = { active: boolean; values: Readonly<Record<string, StoredValue>> }; // empty fields are left out
type Changes = { active?: boolean; values?: Readonly<Record<string, StoredValue | null>> }; // what changed; null: now empty. Not both absent
export interface Events {
  InstanceDefaultSet: { integration: string } & Complete;
  InstanceDefaultChanged: { integration: string } & Changes;
  InstanceDefaultReset: { integration: string };
  GroupDefaultSet: { group: string; integration: string } & Complete;
  GroupDefaultChanged: { group: string; integration: string } & Changes;
  GroupDefaultReset: { group: string; integration: string };
  SwitchedToCustom: { project: string; integration: string } & Complete;
  CustomSettingsChanged: { project: string; integration: string } & Changes;
  SwitchedToInherited: Below & { integration: string; active?: boolean }; // nothing own left, but `active` if given
  ProjectSettingsReset: { project: string; integration: string };
  FieldsOverridden: Below & { integration: string } & Changes; // null: own and empty
  FieldsInherited: Below & { integration: string; fields: readonly string[]; values?: Readonly<Record<string, null>> }; // from custom: values has null for each empty field of the definition that is not given back
  DefaultLocked: { group?: string; integration: string; fields?: readonly string[] }; // adds these; absent: whole
  DefaultUnlocked: { group?: string; integration: string; fields?: readonly string[] }; // lifts these; absent: all
  SecretsErased: { group?: string; project?: string; integration: string };
  SecretsRevealed: {
    group?: string;
    project?: string;
    integration: string;
    fields: readonly string[];
    purpose: string;
  }; // optional: true; stream {namespace}.secretAccess-{YYYY-MM-DD}
  GroupRegistered: { group: string; parent?: string; name?: string }; // name absent: the id
  GroupMoved: { group: string; parent?: string };
  GroupRenamed: { group: string; name: string };
  GroupRemoved: { group: string };
  ProjectRegistered: { project: string; group?: string; name?: string };
  ProjectTransferred: { project: string; group?: string };
  ProjectRenamed: { project: string; name: string };
  ProjectRemoved: { project: string };
}
export interface EventMetadata {
  commandId: string;
  commandHash: string;
  secretsMac?: string;
  correlationId?: string;
  causationId?: string;
  actor: string;
  at: string;
  reason?: string;
  schemaVersion: number;
  part?: readonly [index: number, count: number];
  optional?: true;
}

// Ports (types only). Third parties write stores against these; the contract suites are in @integration-settings/adapters/testing.
export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists' | 'any';
export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}
export interface RecordedEvent extends EventToAppend {
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
}
/** One of ours, as results hand it out: secrets masked. */
export type SettingsEvent = {
  [K in keyof Events]: RecordedEvent & { readonly type: K; readonly data: Events[K]; readonly metadata: EventMetadata };
}[keyof Events];
export interface EventStore {
  /** All or nothing. At least one event. @returns of the last event written. @throws ExpectedRevisionConflict, AppendOutcomeUnknown, StoreUnavailable */
  appendToStream(
    streamName: string,
    events: readonly EventToAppend[],
    options: { expectedRevision: ExpectedRevision; signal?: AbortSignal },
  ): Promise<{ readonly revision: bigint; readonly position: bigint }>;
  /** In batches; a missing stream has none. `from` is inclusive. */
  readStream(
    streamName: string,
    options?: { from?: bigint; direction?: 'forwards' | 'backwards'; maxCount?: number; signal?: AbortSignal },
  ): AsyncIterable<readonly RecordedEvent[]>;
  /** In batches, in the order of the log, up to what is there. `after` and `before` are exclusive: a checkpoint goes in as it is, -1n is the beginning. */
  readAll(options?: {
    after?: bigint;
    before?: bigint;
    direction?: 'forwards' | 'backwards';
    streamPrefix?: string;
    maxCount?: number;
    signal?: AbortSignal;
  }): AsyncIterable<readonly RecordedEvent[]>;
  /** Never ends by itself: reconnects, and says so. Each event after `after` once and in order. */
  subscribeToAll(options: {
    after: bigint;
    streamPrefix?: string;
    signal?: AbortSignal;
  }): AsyncIterable<SubscriptionMessage>;
  close(): Promise<void>;
}
export type SubscriptionMessage =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[] }
  | { readonly kind: 'checkpoint'; readonly position: bigint } // nothing of ours up to here
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'disconnected'; readonly reason: string };
/** Data keys of secrets, one for each settings stream, its era, origin and its era, wrapped by a master key; kept apart from the log. Everything is durable before it resolves. */
export interface KeyStore {
  get(keyId: string): Promise<WrappedKey | undefined>; // undefined: destroyed, or never there
  find(belongsTo: KeyOwner): Promise<WrappedKey | undefined>;
  createIfAbsent(key: WrappedKey): Promise<WrappedKey>; // the one there is, if another was first
  rewrap(key: WrappedKey): Promise<void>; // same id, other master key
  destroy(keyId: string): Promise<void>;
  list(options?: { streamPrefix?: string; origin?: ScopeRef }): AsyncIterable<readonly WrappedKey[]>;
  close(): Promise<void>;
}
export interface KeyOwner {
  readonly streamName: string;
  readonly streamEra: number;
  readonly origin: ScopeRef;
  readonly era: number;
}
export interface WrappedKey extends KeyOwner {
  readonly id: string;
  readonly masterKey: string;
  readonly nonce: string;
  readonly text: string;
}

export type RejectionReason =
  | 'InvalidCommand'
  | 'CommandIdReused'
  | 'UnknownScope'
  | 'AlreadyRegistered'
  | 'UnknownIntegration'
  | 'NotAvailableAtLevel'
  | 'NotCustom'
  | 'NotInheriting'
  | 'NoDefaultToInherit'
  | 'WouldCycle'
  | 'LockedByAncestor'
  | 'InvalidValues';
/** Base of all errors thrown on purpose. Guards by code (`isCommandRejected`, …) hold across package copies. An aborted signal throws its `reason`. */
export declare class IntegrationSettingsError extends Error {
  readonly code: string;
  toJSON(): unknown;
}
export declare class CommandRejected extends IntegrationSettingsError {
  readonly code: 'COMMAND_REJECTED';
  readonly reason: RejectionReason;
  readonly issues: readonly Issue[];
} // issues: of InvalidValues and InvalidCommand
/** The event is stored and its command id used, but it met another state than it was decided on (R29). `became` says what came of it. */
export declare class Superseded extends IntegrationSettingsError {
  readonly code: 'SUPERSEDED';
  readonly receipt: CommandReceipt;
  readonly became: string;
}
// The others, code = name in UPPER_SNAKE: NotAuthorized, UnknownScope and UnknownIntegration (of reads), ExpectedRevisionConflict, AppendOutcomeUnknown, StoreUnavailable, StoreCorrupted, StoreNewer,
// SecretsNotConfigured, SecretErased (of reveal), PreviewOutdated, TooManyRemovals (with the report), OutOfRange, InvalidCatalog, Closed, TimedOut.

// ───────────────────────────────────────────────────────────────────────────── integration-settings

export interface Actor {
  readonly id: string;
  readonly administers: readonly ScopeRef[];
  readonly delivers?: true;
} // ['instance']: the instance administrator
/** May reveal everything and command nothing. */
export declare function deliveryActor(id?: string): Actor;
export interface AuthorizationRequest {
  readonly actor: Actor;
  readonly action: keyof Commands | 'reveal';
  readonly scopes: readonly ScopeRef[]; // all of them must be administered; one a secret's origin when revealing
  isAtOrBelow(scope: ScopeRef, ancestor: ScopeRef): boolean; // a removed scope lies below nothing but the instance
}
export type Authorize = (request: AuthorizationRequest) => boolean | Promise<boolean>;
export declare const standardAuthorization: Authorize; // R23
export declare const allowAll: Authorize; // for scripts

export interface OpenOptions<C extends Catalog> {
  readonly eventStore: EventStore; // closed by close()
  readonly catalog: C;
  readonly namespace?: string; // default 'integrations'
  readonly keyring?: SecretKeyring; // SecretsNotConfigured where a secret is used without one
  readonly authorize?: Authorize; // default standardAuthorization
  readonly clock?: () => Date;
  readonly visibleWithinMs?: number; // default 5 000 (R24)
  readonly snapshots?: SnapshotStore;
  readonly telemetry?: { readonly logger?: unknown; readonly meter?: unknown; readonly tracer?: unknown }; // pino-like, @opentelemetry/api; nothing is printed by default
}
export declare function openIntegrationSettings<C extends Catalog>(
  options: OpenOptions<C>,
): Promise<IntegrationSettings>;
export interface SecretKeyring {
  close(): Promise<void>;
} // its other methods are yours; made by @integration-settings/adapters/keyring:
export declare function keyringFromFile(
  path: string,
  options?: { create?: boolean; keyStore?: KeyStore },
): Promise<SecretKeyring>; // the key file (0600); the key store beside it, unless given
export declare function keyringFromEnvironment(name: string, options: { keyStore: KeyStore }): Promise<SecretKeyring>; // base64url of 32 bytes
export declare function keyring(options: {
  masterKey: { id: string; key: Uint8Array } | readonly { id: string; key: Uint8Array }[];
  keyStore: KeyStore;
}): Promise<SecretKeyring>; // the first wraps, all unwrap; WrappedKey.masterKey is the id
export declare function ephemeralKeyring(): SecretKeyring; // gone with the process
type SnapshotStore = object;

export type Moment = Date | bigint | string; // a string is a decimal position, or an ISO date-time with an offset
export interface CommandOptions {
  readonly actor: Actor;
  readonly commandId?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly reason?: string;
  readonly expectedRevision?: bigint | 'no_stream' | string; // of the stream the command is for, as own().revision gives it
  readonly ifImpactAt?: bigint | string; // PreviewOutdated, where the impact previewed at that position may no longer be the same
  readonly signal?: AbortSignal;
}
export interface CommandReceipt {
  readonly events: readonly SettingsEvent[];
  readonly position: bigint; // of the last event; of the decision where there is none
  readonly revision: bigint | 'no_stream'; // of the stream afterwards
  readonly duplicate: boolean; // the first receipt again (R25)
  readonly visible: boolean; // R24
  readonly keysDestroyed?: boolean; // of EraseSecrets and removals: false where the key store could not yet
}
export type Outcome =
  | { readonly index: number; readonly receipt: CommandReceipt }
  | { readonly index: number; readonly error: IntegrationSettingsError };

/** The read calls, of now or of a past moment. Sync, but for what reads the log or the whole tree. They throw (or reject with) UnknownScope and UnknownIntegration. */
export interface SettingsView {
  readonly position: bigint; // of the last event of the namespace, -1n: empty; of a past view: the moment's
  effective(scope: ScopeRef, integration: string): EffectiveSettings;
  effectiveAll(scope: ScopeRef): readonly EffectiveSettings[]; // available at that level, or inherited; in the order of the catalog
  own(scope: ScopeRef, integration: string): OwnSettings;
  explain(scope: ScopeRef, integration: string): Promise<Explanation>;
  overrides(integration: string, options?: { within?: ScopeRef; after?: string; limit?: number }): Page<OverrideRow>; // limit 1 to 1 000, default 100
  counts(
    integration: string,
    within?: ScopeRef,
  ): { readonly total: number; readonly byMode: Readonly<Record<Mode, number>>; readonly active: number }; // projects
  readonly scopes: {
    exists(scope: ScopeRef): boolean;
    name(scope: ScopeRef): string;
    parent(scope: ScopeRef): ScopeRef | undefined; // of the instance: undefined
    path(scope: ScopeRef): readonly ScopeRef[]; // 'instance' first, the scope last
    children(
      scope: ScopeRef,
      options?: { after?: string; limit?: number },
    ): Page<{ readonly scope: ScopeRef; readonly name: string; readonly projects: number }>; // groups first, then projects
    revision(scope: ScopeRef): bigint | 'no_stream'; // of its structure stream: for expectedRevision of moves, renames and removals
    find(
      text: string,
      options?: { within?: ScopeRef; limit?: number; signal?: AbortSignal },
    ): Promise<readonly { readonly scope: ScopeRef; readonly name: string }[]>; // in id or name, case ignored; those that begin with it first
  };
  catalogReport(): Iterable<{
    readonly scope: ScopeRef;
    readonly integration: string;
    readonly field?: string;
    readonly problem: CatalogProblem;
    readonly position: bigint;
  }>;
}
export type CatalogProblem =
  | 'unknown integration'
  | 'unknown field'
  | 'value not accepted'
  | 'not available at level'
  | 'secret in clear';
export type Mode = 'unconfigured' | 'inherited' | 'partial' | 'custom';
export interface EffectiveSettings {
  readonly integration: string;
  readonly mode: Mode;
  readonly source: ScopeRef | undefined;
  readonly active: boolean;
  readonly values: Readonly<Record<string, FieldValue>>; // present fields only
  readonly missing: readonly string[]; // required and absent, whether active or not; [] when unconfigured
  readonly lockedBy: ScopeRef | undefined; // shown at every scope below, whether or not it deviates
  readonly setAt: string | undefined;
  readonly position: bigint | undefined; // of the newest event of the documents and locks used; moves do not count
}
export interface OwnSettings {
  readonly mode: 'none' | 'partial' | 'custom';
  readonly active: boolean | undefined; // undefined: not own
  readonly values: Readonly<Record<string, FieldValue | null>>; // null: own and empty (partial only)
  readonly lock: 'whole' | readonly string[] | undefined; // what this scope locks
  readonly hidden: boolean; // a whole lock above leaves nothing of them in effect
  readonly revision: bigint | 'no_stream'; // of the settings stream (locks and erasures count): for expectedRevision and ETags; stays when nothing is own
}
export interface OverrideRow {
  readonly project: string;
  readonly own: 'partial' | 'custom';
  readonly mode: Mode;
  readonly active: boolean;
  readonly hidden: boolean;
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
} // cursors are opaque and stay valid
export interface Explanation {
  readonly mode: Mode;
  readonly source: ScopeRef | undefined;
  readonly lockedBy: ScopeRef | undefined;
  readonly active: ExplainedField;
  readonly fields: Readonly<Record<string, ExplainedField>>; // of the definition, and stored ones that it does not understand
}
export interface ExplainedField extends ValueAt {
  readonly lockedBy: ScopeRef | undefined;
  readonly overridden: readonly (ValueAt & { readonly why: 'nearer' | 'locked' | 'not understood' })[]; // what lost, nearest first
}
export interface ValueAt {
  readonly value: FieldValue | undefined;
  readonly source: ScopeRef | undefined;
  readonly setBy: string | undefined;
  readonly setAt: string | undefined;
  readonly position: bigint | undefined;
  readonly reason: string | undefined;
}

export interface IntegrationSettings extends SettingsView {
  readonly catalog: Catalog;
  execute(command: Command, options: CommandOptions): Promise<CommandReceipt>;
  /** Outcomes in the order of the input. Commands for one scope, and those that create or move what a later one names, keep their order. Repeatable under the same batchId; not atomic. */
  executeMany(
    commands: Iterable<Command> | AsyncIterable<Command>,
    options: { actor: Actor; batchId: string; concurrency?: number; reason?: string; signal?: AbortSignal },
  ): AsyncIterable<Outcome>;
  /** Brings the tree in step with the host's, in any order: what comes before its parent waits for it. No name: keeps the one it has. `remove`: once the source has ended (not if it throws) also removes what was registered before the call and is not in it; more than `atMost` scopes (default: a tenth, rounded down), groups
   *  with all below them, are all left (TooManyRemovals; what was registered and moved before stays). A second run has nothing to do. */
  reconcile(
    tree: Iterable<TreeEntry> | AsyncIterable<TreeEntry>,
    options: {
      actor: Actor;
      dryRun?: boolean;
      remove?: boolean | { atMost: number };
      reason?: string;
      signal?: AbortSignal;
    },
  ): Promise<ReconcileReport>;
  /** Appends nothing; rejects as execute would. */
  preview(command: Command, options: { actor: Actor }): Promise<Impact>;
  /** Current first; silent when nothing changed; completes on removal and on close, never errors. */
  watch(scope: ScopeRef, integration: string): Observable<EffectiveSettings>;
  readonly changes$: Observable<SettingsChange>; // live, one per event
  readonly status$: Observable<Status>; // current first
  timeline(scope: ScopeRef, integration: string): AsyncIterable<TimelineEntry>; // oldest first
  /** The future is now; OutOfRange before the beginning and for positions past the head. With a scope only what that scope's path needs is read, and only it may be asked. */
  asOf(moment: Moment, options?: { scope?: ScopeRef }): Promise<SettingsView>;
  diff(
    from: Moment,
    to: Moment,
    options?: { integration?: string; within?: ScopeRef },
  ): AsyncIterable<{
    readonly project: string;
    readonly integration: string;
    readonly before: EffectiveSettings | undefined;
    readonly after: EffectiveSettings | undefined;
  }>;
  /** `from` exclusive, `to` inclusive: an entry's position goes back in as it is. */
  audit(options?: {
    from?: Moment;
    to?: Moment;
    scope?: ScopeRef;
    integration?: string;
    actor?: string;
    direction?: 'forwards' | 'backwards';
    follow?: boolean;
    signal?: AbortSignal;
  }): AsyncIterable<AuditEntry>;
  revert(scope: ScopeRef, integration: string, options: CommandOptions & { to: Moment }): Promise<CommandReceipt>; // RevertSettings
  /** The texts of those secrets whose origin the actor administers, with the settings they belong to, of one state. @throws NotAuthorized when there are secrets and none may be revealed; SecretErased where a key is gone without an erasure */
  reveal(
    scope: ScopeRef,
    integration: string,
    options: { actor: Actor; purpose: string },
  ): Promise<{ readonly settings: EffectiveSettings; readonly secrets: Readonly<Record<string, string>> }>;
  verify(options?: { onProgress?: (progress: Progress) => void; signal?: AbortSignal }): Promise<VerifyReport>;
  rebuild(options?: { onProgress?: (progress: Progress) => void; signal?: AbortSignal }): Promise<RebuildReport>;
  waitFor(position: bigint | string, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>; // TimedOut
  close(): Promise<void>; // finishes what runs, closes stores, keyring and snapshots; afterwards everything throws Closed
  [Symbol.asyncDispose](): Promise<void>;
}
export type TreeEntry =
  | { readonly group: string; readonly parent: string | null; readonly name?: string }
  | { readonly project: string; readonly parent: string | null; readonly name?: string };
export interface ReconcileReport {
  readonly registered: number;
  readonly moved: number;
  readonly renamed: number;
  readonly removed: number;
  readonly unchanged: number; // scopes
  readonly failed: readonly { readonly entry: TreeEntry; readonly error: IntegrationSettingsError }[];
}
export interface Impact {
  readonly position: bigint;
  readonly affected: number; // projects; for structural commands pairs of project and integration
  readonly incomplete: number; // projects whose toggle is on and that become incomplete by the command
  readonly unaffected: {
    readonly custom: number;
    readonly locked: number;
    readonly nearerDefault: number;
    readonly partial: number;
    readonly same: number;
  }; // the first that applies, in this order
  readonly events: readonly { readonly type: string; readonly data: unknown }[]; // that execute would append, secrets masked
  sample(limit: number): readonly {
    readonly project: string;
    readonly integration: string;
    readonly before: EffectiveSettings | undefined;
    readonly after: EffectiveSettings | undefined;
  }[];
  projects(): Iterable<string>; // both PreviewOutdated as ifImpactAt
}
export interface Cause {
  readonly position: bigint;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | undefined;
  readonly cause: SettingsEvent;
}
export interface SettingsChange extends Cause {
  readonly scope: ScopeRef;
  readonly integration: string | undefined;
  affected(): number;
} // good while the observer is called; PreviewOutdated later
export interface TimelineEntry extends Cause {
  readonly before: EffectiveSettings | undefined;
  readonly after: EffectiveSettings | undefined;
  readonly patches: readonly {
    readonly op: 'add' | 'replace' | 'remove';
    readonly path: readonly (string | number)[];
    readonly value?: unknown;
  }[];
}
export interface AuditEntry extends Cause {
  readonly scope: ScopeRef;
  readonly integration: string | undefined;
  readonly changed: Readonly<
    Record<string, { readonly before: FieldValue | null | undefined; readonly after: FieldValue | null | undefined }>
  >;
  reached(): Promise<number>;
} // projects, at that time; replays from the nearest snapshot
export interface Status {
  readonly state: 'live' | 'catching-up' | 'disconnected' | 'outdated';
  readonly since: string;
  readonly reason: string | undefined;
  readonly position: bigint;
}
export interface Progress {
  readonly events: number;
  readonly total: number | undefined;
  readonly perSecond: number;
}
export interface VerifyReport {
  readonly ok: boolean;
  readonly events: number;
  readonly position: bigint;
  readonly differences: readonly string[];
  readonly withoutEffect: readonly RecordedEvent[];
  readonly notUnderstood: number;
  readonly incomplete: number;
  readonly keysLeft: number;
}
export interface RebuildReport {
  readonly events: number;
  readonly position: bigint;
  readonly milliseconds: number;
  readonly differences: readonly string[];
}
