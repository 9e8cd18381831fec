import {
  type Command,
  CommandRejected,
  type CommandReceipt,
  type CompiledDefinition,
  enteredTexts,
  type EventMetadata,
  type EventStore,
  type EventToAppend,
  ExpectedRevisionConflict,
  frozenResult,
  isExpectedRevisionConflict,
  NotAuthorized,
  type RecordedEvent,
  schemaVersions,
  Superseded,
} from '@integration-settings/domain';
import { type EffectiveSettingsView, type LiveView, maskedEvent } from '@integration-settings/projections';
import type { Appender } from './appender.ts';
import type { AuthorizationRequest, Authorize } from './authorization.ts';
import { canonicalJson, commandHash } from './command-hash.ts';
import { type ParsedOptions, parseRequest } from './command-options.ts';
import { CommandDecider, type DecidedEvent, type Decision, isSettingsCommand } from './decide.ts';
import { eventId } from './event-id.ts';
import type { CommandOptions } from './integration-settings.ts';
import { endsKeys, type KeyDestroyer } from './key-destroyer.ts';
import { requireSize } from './require-size.ts';
import { scopesToAdminister } from './scopes-to-administer.ts';
import type { Secrets } from './secrets.ts';
import { SerialQueue } from './serial-queue.ts';

/** How often a command is decided again after conflicts with other processes. */
const maxConflicts = 25;
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

/** Handles commands: one queue for each stream; decide on the view, append at the revision it knows, wait until it shows. */
export class CommandHandler {
  readonly #decider: CommandDecider;
  readonly #options: CommandHandlerOptions;
  readonly #view: EffectiveSettingsView;
  readonly #isAtOrBelow: AuthorizationRequest['isAtOrBelow'];
  readonly #queue = new SerialQueue();
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(options: CommandHandlerOptions) {
    this.#options = options;
    this.#view = options.live.view;
    this.#isAtOrBelow = (scope, ancestor) => this.#view.isAtOrBelow(scope, ancestor);
    this.#decider = new CommandDecider(this.#view, options.eventStore, options.secrets);
  }

  /**
   * @param looksFirst - whether another process may have used the command id since the view last heard of any; so it is
   *   for ids that were not made for this call
   */
  async execute(
    given: Command,
    givenOptions: CommandOptions,
    looksFirst = givenOptions?.commandId !== undefined,
  ): Promise<CommandReceipt> {
    const { command, options } = parseRequest(given, givenOptions);
    options.signal?.throwIfAborted();
    const authorizing = this.#authorized(command, options.actor);
    if (authorizing !== true) await authorizing;
    options.signal?.throwIfAborted();
    if (this.#options.live.stopped !== undefined) throw this.#options.live.stopped;
    const { commandId } = options;
    // Commands with one id go one after the other, so that the later ones find what became of the first.
    for (let twin = this.#underWay.get(commandId); twin !== undefined; twin = this.#underWay.get(commandId)) {
      await twin.catch(() => undefined);
    }
    const running = this.#queue.run(this.#decider.streamOf(command), () => this.#handle(command, options, looksFirst));
    this.#underWay.set(commandId, running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(commandId);
    }
  }

  /** The events that a command would append, unsealed. @throws what `execute` would */
  async decideOnly(command: Command, options: ParsedOptions): Promise<readonly DecidedEvent[]> {
    const { live } = this.#options;
    await this.#authorized(command, options.actor);
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

  /** At once where it is so at once. @throws NotAuthorized, on fresh knowledge */
  #authorized(command: Command, actor: ParsedOptions['actor']): true | Promise<void> {
    const scopes = scopesToAdminister(command);
    const isAllowed = (): boolean | Promise<boolean> =>
      this.#options.authorize({ actor, action: command.type, scopes, isAtOrBelow: this.#isAtOrBelow });
    const allowed = isAllowed();
    if (allowed === true) return true;
    return (async () => {
      if (await allowed) return;
      const { live } = this.#options;
      await live.catchUp().catch((error: unknown) => {
        if (live.stopped === undefined) throw error; // of a log that cannot be read on nobody knows more
      });
      if (!(await isAllowed())) throw new NotAuthorized(actor.id, command.type, scopes);
    })();
  }

  async #handle(command: Command, options: ParsedOptions, looksFirst: boolean): Promise<CommandReceipt> {
    const { live } = this.#options;
    let isFresh = looksFirst && (await this.#isAtHead());
    let decided: Decision | undefined;
    for (let conflicts = 0; ;) {
      options.signal?.throwIfAborted();
      if (live.stopped !== undefined) throw live.stopped;
      const used = this.#view.commands.find(options.commandId);
      const first = used.length === 0 ? undefined : await this.#duplicateOf(command, options, used);
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
      if (decision.events.length === 0) return this.#nothingToDo(command, decision);
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

  async #append(command: Command, options: ParsedOptions, decision: Decision): Promise<CommandReceipt> {
    const compiled = this.#compiledOf(command);
    const { bodies, secretsMac } = decision.seal === undefined ? { bodies: decision.events } : await decision.seal();
    const events = this.#toAppend(command, compiled, options, bodies, secretsMac);
    options.signal?.throwIfAborted();
    const { commandId } = options;
    const { streamName, revision: expectedRevision } = decision;
    const { recorded, isOurs, visible } = await this.#options.appender.append({
      commandId,
      streamName,
      expectedRevision,
      events,
    });
    const [first] = recorded;
    if (!isOurs && first !== undefined) await this.#requireSameBody(command, first, commandId);
    const receipt = this.#receiptOf(recorded, compiled, { duplicate: !isOurs, visible });
    return endsKeys(command) ? this.#withKeysDestroyed(command, receipt) : this.#unlessSuperseded(receipt);
  }

  #toAppend(
    command: Command,
    compiled: CompiledDefinition | undefined,
    options: ParsedOptions,
    bodies: readonly DecidedEvent[],
    secretsMac: string | undefined,
  ): readonly EventToAppend[] {
    const { commandId, correlationId, causationId, actor, reason } = options;
    const common = {
      commandId,
      commandHash: commandHash(command, compiled),
      ...(secretsMac === undefined ? undefined : { secretsMac }),
      ...(correlationId === undefined || correlationId === commandId ? undefined : { correlationId }),
      ...(causationId === undefined ? undefined : { causationId }),
      actor: actor.id,
      at: this.#options.clock().toISOString(),
      ...(reason === undefined ? undefined : { reason }),
    };
    const events = bodies.map(({ type, data }, index) => {
      const part = bodies.length > 1 ? { part: [index, bodies.length] as const } : undefined;
      const metadata: EventMetadata = { ...common, schemaVersion: schemaVersions[type], ...part };
      return { id: eventId(this.#view.namespace, commandId, index), type, data, metadata };
    });
    if (isSettingsCommand(command)) requireSize(events);
    return events;
  }

  /** The first receipt of a command id that was used; `undefined` where it is free. @throws CommandRejected `CommandIdReused` */
  async #duplicateOf(
    command: Command,
    options: ParsedOptions,
    positions: readonly bigint[],
  ): Promise<CommandReceipt | undefined> {
    for (const position of positions) {
      const recorded = await this.#eventsOf(options.commandId, position);
      const first = recorded?.[0];
      if (recorded === undefined || first === undefined) continue;
      await this.#requireSameBody(command, first, options.commandId);
      const { live } = this.#options; // it was found in the view, so it is visible
      const receipt = this.#receiptOf(recorded, this.#compiledOf(command), {
        duplicate: true,
        visible: live.view.position >= position,
      });
      return this.#withKeysDestroyed(command, receipt);
    }
    return undefined;
  }

  async #eventsOf(commandId: string, position: bigint): Promise<readonly RecordedEvent[] | undefined> {
    const { eventStore } = this.#options;
    for await (const [last] of eventStore.readAll({ after: position - 1n, maxCount: 1 })) {
      if (last === undefined || last.position !== position || metadataOf(last).commandId !== commandId)
        return undefined;
      const count = metadataOf(last).part?.[1] ?? 1;
      if (count === 1) return [last];
      return this.#readPart(last.streamName, last.revision, count);
    }
    return undefined;
  }

  async #readPart(streamName: string, last: bigint, count: number): Promise<readonly RecordedEvent[]> {
    const recorded: RecordedEvent[] = [];
    const from = last - BigInt(count - 1);
    for await (const events of this.#options.eventStore.readStream(streamName, { from, maxCount: count }))
      recorded.push(...events);
    return recorded;
  }

  async #requireSameBody(command: Command, first: RecordedEvent, commandId: string): Promise<void> {
    const compiled = this.#compiledOf(command);
    const { commandHash: hash, secretsMac } = metadataOf(first);
    let isSame = hash === commandHash(command, compiled);
    if (isSame && compiled !== undefined && isSettingsCommand(command) && command.type !== 'SwitchToInherited') {
      const texts = enteredTexts(compiled, 'values' in command.data ? command.data.values : undefined);
      if ((secretsMac === undefined) !== (texts.size === 0)) isSame = false;
      else if (secretsMac !== undefined) {
        const { keyring } = this.#options.secrets;
        isSame = (await keyring.verifyMac(secretsMac, canonicalJson(Object.fromEntries(texts)))) !== 'different';
      }
    }
    if (!isSame)
      throw new CommandRejected('CommandIdReused', `The command id ${commandId} was used before for another command.`);
  }

  #receiptOf(
    recorded: readonly RecordedEvent[],
    compiled: CompiledDefinition | undefined,
    { duplicate, visible }: { readonly duplicate: boolean; readonly visible: boolean },
  ): CommandReceipt {
    const { position, revision } = recorded.at(-1)!;
    const events = Object.freeze(recorded.map((event) => maskedEvent(event, compiled)));
    return frozenResult({ events, position, revision, duplicate, visible });
  }

  async #withKeysDestroyed(command: Command, receipt: CommandReceipt): Promise<CommandReceipt> {
    const keysDestroyed = receipt.visible ? await this.#options.keyDestroyer.destroyed(command) : undefined;
    return this.#unlessSuperseded(keysDestroyed === undefined ? receipt : frozenResult({ ...receipt, keysDestroyed }));
  }

  /** @throws Superseded where an event of the command met another state than it was decided on */
  #unlessSuperseded(receipt: CommandReceipt): CommandReceipt {
    if (this.#view.superseded.size === 0) return receipt;
    for (const { position } of receipt.events) {
      const superseded = this.#view.superseded.get(position);
      if (superseded !== undefined) throw new Superseded(receipt, superseded.became);
    }
    return receipt;
  }

  #nothingToDo(command: Command, decision: Decision): Promise<CommandReceipt> | CommandReceipt {
    const receipt = frozenResult({
      events: Object.freeze([]),
      position: this.#view.position,
      revision: decision.revision,
      duplicate: false,
      visible: true,
    });
    return endsKeys(command) ? this.#withKeysDestroyed(command, receipt) : receipt;
  }

  #compiledOf(command: Command): CompiledDefinition | undefined {
    return isSettingsCommand(command)
      ? this.#view.slices.get(command.data.integration)?.view?.context.compiled
      : undefined;
  }
}

/** A secret that somebody entered goes only to where it would have gone when it was decided first. @throws ExpectedRevisionConflict */
const requireSameEndpoints = (first: Decision, next: Decision): void => {
  if (next.endpoints === first.endpoints || next.entered === undefined || next.entered.texts.size === 0) return;
  throw new ExpectedRevisionConflict(next.streamName, first.revision, next.revision);
};

const metadataOf = (event: RecordedEvent): EventMetadata => (event.metadata ?? {}) as EventMetadata;
