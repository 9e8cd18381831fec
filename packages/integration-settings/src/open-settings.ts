import {
  type Catalog,
  Closed,
  type Command,
  type CommandReceipt,
  OutOfRange,
  revertSettings,
  type ScopeRef,
} from '@integration-settings/domain';
import {
  type AuditEntry,
  type DiffOptions,
  effective,
  type EffectiveSettings,
  type FoldOptions,
  type LiveView,
  type Moment,
  type RebuildReport,
  type Sampled,
  type SettingsChange,
  type Status,
  type TimelineEntry,
  type VerifyReport,
} from '@integration-settings/projections';
import type { Observable } from 'rxjs';
import type { Actor, Authorize } from './authorization.ts';
import type { CommandHandler } from './command-handler.ts';
import { parseRequest } from './command-options.ts';
import { executeMany } from './execute-many.ts';
import type { ExecuteTogether } from './gathering.ts';
import type { History } from './history.ts';
import type {
  AuditOptions,
  CommandOptions,
  ExecuteManyOptions,
  Impact,
  IntegrationSettings,
  Outcome,
  ReconcileOptions,
  ReconcileReport,
  SettingsView,
  TreeEntry,
} from './integration-settings.ts';
import { impactOf } from './preview.ts';
import { reconcile } from './reconcile.ts';
import type { Revealed, SecretReveals } from './secret-reveals.ts';
import { SettingsReads } from './settings-reads.ts';
import type { Upkeep } from './upkeep.ts';

/** What the public object is put together from. */
export interface OpenParts {
  readonly catalog: Catalog;
  readonly live: LiveView;
  readonly handler: CommandHandler;
  readonly authorize: Authorize;
  readonly reveals: SecretReveals;
  readonly history: History;
  readonly upkeep: Upkeep;
  readonly visibleWithinMs: number;
  /** Closes all of them. */
  readonly close: () => Promise<void>;
}

/** The public object: every call goes to the part that does it, as long as nobody has closed it. */
export class OpenSettings extends SettingsReads implements IntegrationSettings {
  readonly #parts: OpenParts;
  /** How many calls are under way. */
  #running = 0;
  #idle: (() => void) | undefined;
  readonly #ended = (): void => {
    this.#running -= 1;
    if (this.#running === 0) this.#idle?.();
  };
  readonly #ending = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(parts: OpenParts) {
    super(parts.catalog, () => this.#view);
    this.#parts = parts;
  }

  get position(): bigint {
    return this.#view.position;
  }

  /** What hosts read most of all goes straight to the view. */
  override effective(scope: ScopeRef, integration: string): EffectiveSettings {
    return effective(this.#view, scope, integration);
  }

  get changes$(): Observable<SettingsChange> {
    this.#requireOpen();
    return this.#parts.live.changes$;
  }

  get status$(): Observable<Status> {
    this.#requireOpen();
    return this.#parts.live.status$;
  }

  watch(scope: ScopeRef, integration: string): Observable<EffectiveSettings> {
    this.#requireOpen();
    return this.#parts.live.watchers.watch(scope, integration);
  }

  execute(command: Command, options: CommandOptions): Promise<CommandReceipt> {
    return this.#run(() => this.#parts.handler.execute(command, options));
  }

  executeMany(
    commands: Iterable<Command> | AsyncIterable<Command>,
    options: ExecuteManyOptions,
  ): AsyncIterable<Outcome> {
    const { live, handler } = this.#parts;
    const ready = async (): Promise<void> => {
      this.#requireOpen();
      await live.catchUp().catch(() => undefined); // for what an earlier run did; whatever needs to know more will say so
    };
    const execute: ExecuteTogether = (requests) => this.#run(() => handler.executeTogether(requests));
    return executeMany({ ready, execute }, commands, options);
  }

  reconcile(tree: Iterable<TreeEntry> | AsyncIterable<TreeEntry>, options: ReconcileOptions): Promise<ReconcileReport> {
    return this.#run(async () => {
      const { live, handler, authorize } = this.#parts;
      await live.catchUp();
      const execute: ExecuteTogether = (requests) => handler.executeTogether(requests);
      return reconcile({ view: live.view, execute, authorize }, tree, options);
    });
  }

  preview(command: Command, options: { readonly actor: Actor }): Promise<Impact> {
    return this.#run(async () => {
      const { live, handler } = this.#parts;
      const parsed = parseRequest(command, options);
      const events = await handler.decideOnly(parsed.command, parsed.options);
      return impactOf({ view: live.view, requireOpen: () => this.#requireOpen() }, parsed.command, events);
    });
  }

  async *timeline(scope: ScopeRef, integration: string): AsyncGenerator<TimelineEntry> {
    this.#requireOpen();
    yield* this.#parts.history.timeline(scope, integration);
  }

  asOf(moment: Moment, options: { readonly scope?: ScopeRef } = {}): Promise<SettingsView> {
    return this.#run(() => this.#parts.history.asOf(moment, options.scope, () => this.#requireOpen()));
  }

  async *diff(from: Moment, to: Moment, options: DiffOptions = {}): AsyncGenerator<Sampled> {
    this.#requireOpen();
    yield* this.#parts.history.diff(from, to, options);
  }

  async *audit(options: AuditOptions = {}): AsyncGenerator<AuditEntry> {
    this.#requireOpen();
    yield* this.#parts.history.audit(options, this.#ending.signal);
  }

  revert(
    scope: ScopeRef,
    integration: string,
    options: CommandOptions & { readonly to: Moment },
  ): Promise<CommandReceipt> {
    return this.#run(async () => {
      const { to, ...others } = options;
      const position = await this.#parts.history.positionOf(to);
      return this.#parts.handler.execute(revertSettings(scope, integration, position.toString()), others);
    });
  }

  reveal(
    scope: ScopeRef,
    integration: string,
    options: { readonly actor: Actor; readonly purpose: string },
  ): Promise<Revealed> {
    return this.#run(() => this.#parts.reveals.reveal(scope, integration, options?.actor, options?.purpose));
  }

  verify(options: FoldOptions = {}): Promise<VerifyReport> {
    return this.#run(() => this.#parts.upkeep.verify(options));
  }

  rebuild(options: FoldOptions = {}): Promise<RebuildReport> {
    return this.#run(() => this.#parts.upkeep.rebuild(options));
  }

  waitFor(
    position: bigint | string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    return this.#run(async () => {
      const { live, visibleWithinMs } = this.#parts;
      await live.waitFor(parsePosition(position), {
        timeoutMs: options.timeoutMs ?? visibleWithinMs,
        signal: options.signal,
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    this.#ending.abort(new Closed('The settings'));
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#parts.close();
  }

  get #view(): LiveView['view'] {
    this.#requireOpen();
    return this.#parts.live.view;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new Closed('The settings');
  }

  /** Runs what `close` waits for. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new Closed('The settings'));
    const running = work();
    this.#running += 1;
    running.then(this.#ended, this.#ended);
    return running;
  }
}

const parsePosition = (position: bigint | string): bigint => {
  if (typeof position === 'bigint') return position;
  if (typeof position === 'string' && /^(-1|\d{1,19})$/.test(position)) return BigInt(position);
  throw new OutOfRange(`position is ${JSON.stringify(position)}; expected a bigint or a decimal string.`);
};
