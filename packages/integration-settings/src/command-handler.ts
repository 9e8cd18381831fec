import {
  type Command,
  type CommandReceipt,
  type EventStore,
  ExpectedRevisionConflict,
  idOf,
  isExpectedRevisionConflict,
  NotAuthorized,
  scopeOfSettingsCommand,
  scopeOfStructureCommand,
  settingsStreamName,
} from '@integration-settings/domain';
import type { EffectiveSettingsView, LiveView } from '@integration-settings/projections';
import type { Append, Appender } from './appender.ts';
import type { AuthorizationRequest, Authorize } from './authorization.ts';
import { type ParsedOptions, parseRequest } from './command-options.ts';
import { CommandReceipts } from './command-receipts.ts';
import { CommandDecider, type DecidedEvent, type Decision, isSettingsCommand } from './decide.ts';
import { eventsToAppend } from './events-to-append.ts';
import type { CommandOptions } from './integration-settings.ts';
import { endsKeys, type KeyDestroyer } from './key-destroyer.ts';
import { scopesToAdminister } from './scopes-to-administer.ts';
import type { Secrets } from './secrets.ts';
import { type Key, keyOf, SerialQueue } from './serial-queue.ts';

/** How often a command is decided again after conflicts with other processes. */
const maxConflicts = 25;

/** A command to execute, as it was given. */
export interface CommandRequest {
  readonly command: Command;
  readonly options: CommandOptions;
}

export interface CommandHandlerOptions {
  readonly live: LiveView;
  readonly eventStore: EventStore;
  readonly appender: Appender;
  readonly secrets: Secrets;
  readonly keyDestroyer: KeyDestroyer;
  readonly authorize: Authorize;
  readonly clock: () => Date;
  readonly visibleWithinMs: number;
}

/** A command that is decided and waits for the others of a batch. */
interface Together {
  readonly place: number;
  readonly command: Command;
  readonly options: ParsedOptions;
  readonly append: Append;
}

/** Handles commands: one queue for each stream; decide on the view, append at the revision it knows, wait until it shows. */
export class CommandHandler {
  readonly #decider: CommandDecider;
  readonly #receipts: CommandReceipts;
  readonly #options: CommandHandlerOptions;
  readonly #view: EffectiveSettingsView;
  readonly #isAtOrBelow: AuthorizationRequest['isAtOrBelow'];
  readonly #queue = new SerialQueue();

  constructor(options: CommandHandlerOptions) {
    this.#options = options;
    this.#view = options.live.view;
    this.#isAtOrBelow = (scope, ancestor) => this.#view.isAtOrBelow(scope, ancestor);
    this.#decider = new CommandDecider(this.#view, options.eventStore, options.secrets);
    this.#receipts = new CommandReceipts({ ...options, view: this.#view });
  }

  /**
   * @param looksFirst - whether another process may have used the command id since the view last heard of any; so it is
   *   for ids that were not made for this call
   */
  execute(
    given: Command,
    givenOptions: CommandOptions,
    looksFirst = givenOptions?.commandId !== undefined,
  ): Promise<CommandReceipt> {
    try {
      const { command, options } = parseRequest(given, givenOptions);
      options.signal?.throwIfAborted();
      return this.#admit(command, options, looksFirst, this.#isAllowed(command, options.actor));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Executes commands whose ids were made for this call, side by side. Those that can be decided at once, as most about the tree
   * can, wait together for the store and for the view. Never rejects.
   *
   * @returns how each ends, in their order, once all have ended
   */
  async executeTogether(requests: readonly CommandRequest[]): Promise<readonly PromiseSettledResult<CommandReceipt>[]> {
    const settled: PromiseSettledResult<CommandReceipt>[] = [];
    const pending: Promise<void>[] = [];
    const reject = (place: number, reason: unknown): void => void (settled[place] = { status: 'rejected', reason });
    const receive = (place: number, value: CommandReceipt | Promise<CommandReceipt>): void => {
      if (value instanceof Promise) {
        pending.push(
          value.then(
            (receipt) => receive(place, receipt),
            (reason: unknown) => reject(place, reason),
          ),
        );
      } else settled[place] = { status: 'fulfilled', value };
    };
    const held = new Set<Key>();
    const free = this.#queue.hold(held);
    const together: Together[] = [];
    const at = this.#now();
    const decided = (place: number): Append | undefined => {
      try {
        const { command, options } = parseRequest(requests[place]!.command, requests[place]!.options);
        options.signal?.throwIfAborted();
        const allowed = this.#isAllowed(command, options.actor);
        const append = allowed === true ? this.#decideAtOnce(command, options, at, held) : undefined;
        if (append === undefined) receive(place, this.#admit(command, options, false, allowed));
        else together.push({ place, command, options, append });
        return append;
      } catch (error) {
        reject(place, error);
        return undefined;
      }
    };
    const outcomes = await this.#options.appender.appendTogether(eachOf(requests.length, decided)).finally(free);
    for (let index = 0; index < together.length; index += 1) {
      const { place, command, options } = together[index]!;
      const outcome = outcomes[index]!;
      try {
        if (outcome.status === 'fulfilled')
          receive(place, this.#receipts.ofAppend(command, options.commandId, outcome.value));
        else if (isExpectedRevisionConflict(outcome.reason)) receive(place, this.#enqueue(command, options, false));
        else reject(place, outcome.reason);
      } catch (error) {
        reject(place, error);
      }
    }
    await Promise.all(pending);
    return settled;
  }

  /**
   * The append of a command that needs to wait for nothing; `undefined` where it may, or where fresh knowledge may decide otherwise.
   *
   * @param held - the keys of such commands, to which it adds its own
   */
  #decideAtOnce(command: Command, options: ParsedOptions, at: string, held: Set<Key>): Append | undefined {
    const { commandId } = options;
    if (isSettingsCommand(command) || endsKeys(command) || this.#options.live.stopped !== undefined) return undefined;
    if (this.#view.commands.find(commandId).length > 0) return undefined;
    try {
      const { streamName, revision, events } = this.#decider.decideStructure(command, options);
      const [ofId, ofStream] = [keyOf(commandId), this.#keyOfStream(command)];
      if (events.length === 0 || !this.#queue.areFree(ofId, ofStream)) return undefined;
      const toAppend = eventsToAppend(this.#view, command, options, { bodies: events, at });
      held.add(ofId).add(ofStream);
      return { commandId, key: ofId, streamName, expectedRevision: revision, events: toAppend };
    } catch {
      return undefined;
    }
  }

  #admit(
    command: Command,
    options: ParsedOptions,
    looksFirst: boolean,
    allowed: boolean | Promise<boolean>,
  ): Promise<CommandReceipt> {
    if (allowed === true) return this.#enqueue(command, options, looksFirst);
    return this.#requireAllowed(command, options.actor, allowed).then(() =>
      this.#enqueue(command, options, looksFirst),
    );
  }

  /** Commands of one stream go one after the other, and those with one id, so that the later ones find what became of the first. */
  #enqueue(command: Command, options: ParsedOptions, looksFirst: boolean): Promise<CommandReceipt> {
    options.signal?.throwIfAborted();
    if (this.#options.live.stopped !== undefined) throw this.#options.live.stopped;
    const keys = [keyOf(options.commandId), this.#keyOfStream(command)];
    return this.#queue.run(keys, () => this.#handle(command, options, looksFirst));
  }

  /** Of the stream that a command appends to. One about the tree has a stream for its scope alone, so its id tells them apart. */
  #keyOfStream(command: Command): Key {
    return keyOf(
      isSettingsCommand(command)
        ? settingsStreamName(this.#view.namespace, scopeOfSettingsCommand(command), command.data.integration)
        : idOf(scopeOfStructureCommand(command)),
    );
  }

  /** The events that a command would append, unsealed. @throws what `execute` would */
  async decideOnly(command: Command, options: ParsedOptions): Promise<readonly DecidedEvent[]> {
    const { live } = this.#options;
    await this.#requireAllowed(command, options.actor);
    for (let isFresh = false; ; isFresh = true) {
      if (live.stopped !== undefined) throw live.stopped;
      try {
        const { events } = isSettingsCommand(command)
          ? await this.#decider.decideSettings(command, options)
          : this.#decider.decideStructure(command, options);
        if (isFresh || events.length > 0) return events;
      } catch (error) {
        if (isFresh) throw error;
      }
      await live.catchUp();
    }
  }

  #isAllowed(command: Command, actor: ParsedOptions['actor']): boolean | Promise<boolean> {
    const scopes = scopesToAdminister(command);
    return this.#options.authorize({ actor, action: command.type, scopes, isAtOrBelow: this.#isAtOrBelow });
  }

  /** @throws NotAuthorized, on fresh knowledge */
  async #requireAllowed(
    command: Command,
    actor: ParsedOptions['actor'],
    allowed: boolean | Promise<boolean> = this.#isAllowed(command, actor),
  ): Promise<void> {
    if (await allowed) return;
    const { live } = this.#options;
    await live.catchUp().catch((error: unknown) => {
      if (live.stopped === undefined) throw error; // of a log that cannot be read on nobody knows more
    });
    if (!(await this.#isAllowed(command, actor)))
      throw new NotAuthorized(actor.id, command.type, scopesToAdminister(command));
  }

  async #handle(command: Command, options: ParsedOptions, looksFirst: boolean): Promise<CommandReceipt> {
    const { live } = this.#options;
    let isFresh = looksFirst && (await this.#isAtHead());
    let decided: Decision | undefined;
    for (let conflicts = 0; ;) {
      options.signal?.throwIfAborted();
      if (live.stopped !== undefined) throw live.stopped;
      const isUsed = this.#view.commands.find(options.commandId).length > 0;
      const first = isUsed ? await this.#receipts.ofDuplicate(command, options.commandId) : undefined;
      if (first !== undefined) return first;
      let decision: Decision | undefined;
      try {
        decision = isSettingsCommand(command)
          ? await this.#decider.decideSettings(command, options, decided?.entered)
          : this.#decider.decideStructure(command, options);
      } catch (error) {
        if (isFresh) throw error;
      }
      if (decision === undefined || (decision.events.length === 0 && !isFresh)) {
        await live.catchUp();
        isFresh = true;
        continue;
      }
      if (decision.events.length === 0) return this.#receipts.ofNothing(command, decision);
      if (decided !== undefined) requireSameEndpoints(decided, decision);
      decided = decision;
      try {
        return await this.#append(command, options, decision);
      } catch (error) {
        conflicts += 1;
        if (!isExpectedRevisionConflict(error) || conflicts === maxConflicts) throw error;
        await live.catchUp(); // where a revision was expected, the next decision refuses
        isFresh = true;
      }
    }
  }

  /** Brings the view to the head of the store, if that can be. */
  async #isAtHead(): Promise<boolean> {
    try {
      await this.#options.live.catchUp();
      return true;
    } catch {
      return false; // whatever needs to know more will say so
    }
  }

  #append(command: Command, options: ParsedOptions, decision: Decision): Promise<CommandReceipt> {
    if (decision.seal === undefined) return this.#appendSealed(command, options, decision, decision.events);
    return decision
      .seal()
      .then(({ bodies, secretsMac }) => this.#appendSealed(command, options, decision, bodies, secretsMac));
  }

  #appendSealed(
    command: Command,
    options: ParsedOptions,
    { streamName, revision: expectedRevision }: Decision,
    bodies: readonly DecidedEvent[],
    secretsMac?: string,
  ): Promise<CommandReceipt> {
    const events = eventsToAppend(this.#view, command, options, { bodies, secretsMac, at: this.#now() });
    options.signal?.throwIfAborted();
    const { commandId } = options;
    return this.#options.appender
      .append({ commandId, key: keyOf(commandId), streamName, expectedRevision, events })
      .then((written) => this.#receipts.ofAppend(command, commandId, written));
  }

  #now(): string {
    return this.#options.clock().toISOString();
  }
}

/** A secret that somebody entered goes only to where it would have gone when it was decided first. @throws ExpectedRevisionConflict */
const requireSameEndpoints = (first: Decision, next: Decision): void => {
  if (next.endpoints === first.endpoints || next.entered === undefined || next.entered.texts.size === 0) return;
  throw new ExpectedRevisionConflict(next.streamName, first.revision, next.revision);
};

/** What there is of each of so many places, found when it is asked for. */
function* eachOf<T>(places: number, find: (place: number) => T | undefined): Generator<T> {
  for (let place = 0; place < places; place += 1) {
    const found = find(place);
    if (found !== undefined) yield found;
  }
}
