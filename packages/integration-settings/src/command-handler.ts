import {
  type AppendResult,
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
  isAppendOutcomeUnknown,
  isExpectedRevisionConflict,
  NotAuthorized,
  type RecordedEvent,
  schemaVersions,
  scopeOfSettingsCommand,
  scopeOfStructureCommand,
  groupOrInstance,
  type ScopeRef,
  Superseded,
  targetOf,
} from '@integration-settings/domain';
import { type EffectiveSettingsView, type LiveView, maskedEvent } from '@integration-settings/projections';
import type { AuthorizationRequest, Authorize } from './authorization.ts';
import { canonicalJson, commandHash } from './command-hash.ts';
import { type ParsedOptions, parseRequest } from './command-options.ts';
import { CommandDecider, type DecidedEvent, type Decision, isSettingsCommand } from './decide.ts';
import type { CommandOptions } from './integration-settings.ts';
import { endsKeys, type KeyDestroyer } from './key-destroyer.ts';
import { nameUuid } from './name-uuid.ts';
import type { EnteredSecrets, Secrets } from './secrets.ts';
import { SerialQueue } from './serial-queue.ts';

/** How often a command is decided again after conflicts with other processes. */
const maxConflicts = 25;
/** How often an append is tried whose outcome nobody knows. */
const maxAttempts = 5;
/** The most that one command's events may take up with their metadata, as JSON in UTF-8. */
const maxCommandBytes = 524_288;

export interface CommandHandlerOptions {
  readonly live: LiveView;
  readonly eventStore: EventStore;
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

  async execute(given: Command, givenOptions: CommandOptions): Promise<CommandReceipt> {
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
    const running = this.#queue.run(this.#decider.streamOf(command), () => this.#handle(command, options));
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
      await this.#options.live.catchUp();
      if (!(await isAllowed())) throw new NotAuthorized(actor.id, command.type, scopes);
    })();
  }

  async #handle(command: Command, options: ParsedOptions): Promise<CommandReceipt> {
    const { live } = this.#options;
    let isFresh = false;
    let entered: EnteredSecrets | undefined;
    let endpoints: string | undefined;
    let conflicts = 0;
    for (;;) {
      options.signal?.throwIfAborted();
      if (live.stopped !== undefined) throw live.stopped;
      const used = this.#view.commands.find(options.commandId);
      const first = used.length === 0 ? undefined : await this.#duplicateOf(command, options, used);
      if (first !== undefined) return first;
      let decision: Decision | undefined;
      try {
        decision = isSettingsCommand(command)
          ? await this.#decider.decideSettings(command, options, entered)
          : this.#decider.decideStructure(command, options);
      } catch (error) {
        if (isFresh) throw error;
      }
      if (decision === undefined || (decision.events.length === 0 && !isFresh)) {
        await live.catchUp();
        isFresh = true;
        continue;
      }
      if (decision.events.length === 0) return this.#nothingToDo(decision);
      if (endpoints !== undefined && endpoints !== decision.endpoints && (decision.entered?.texts.size ?? 0) > 0) {
        throw new ExpectedRevisionConflict(decision.streamName, 'any', decision.revision);
      }
      ({ entered, endpoints } = decision);
      try {
        return await this.#append(command, options, decision);
      } catch (error) {
        conflicts += 1;
        const mayDecideAgain = options.expectedRevision === undefined && conflicts < maxConflicts;
        if (!isExpectedRevisionConflict(error) || !mayDecideAgain) throw error;
        await live.catchUp();
        isFresh = true;
      }
    }
  }

  async #append(command: Command, options: ParsedOptions, decision: Decision): Promise<CommandReceipt> {
    const { live, visibleWithinMs } = this.#options;
    const compiled = this.#compiledOf(command);
    const { bodies, secretsMac } = decision.seal === undefined ? { bodies: decision.events } : await decision.seal();
    const events = this.#toAppend(command, compiled, options, bodies, secretsMac);
    options.signal?.throwIfAborted();
    const { streamName, revision: expectedRevision } = decision;
    let appended: AppendResult;
    try {
      appended = await this.#options.eventStore.appendToStream(streamName, events, { expectedRevision });
    } catch (error) {
      appended = await this.#appendAgain(error, decision, events, options.commandId);
    }
    const { revision, position } = appended;
    if (live.view.position < position) await live.pass(position, visibleWithinMs);
    const visible = live.view.position >= position;
    const recorded =
      events.length === 1
        ? [{ ...events[0]!, streamName, revision, position }]
        : await this.#readPart(streamName, revision, events.length);
    const receipt = this.#receiptOf(recorded, compiled, { duplicate: false, visible });
    return endsKeys(command) ? this.#withKeysDestroyed(command, receipt) : this.#unlessSuperseded(receipt);
  }

  /** Where nobody knows whether an append was written, the same again: with the same ids at the same revision it is written once. */
  async #appendAgain(
    unknown: unknown,
    decision: Decision,
    events: readonly EventToAppend[],
    commandId: string,
  ): Promise<AppendResult> {
    const { streamName, revision: expectedRevision } = decision;
    let error = unknown;
    for (let attempt = 1; isAppendOutcomeUnknown(error) && attempt < maxAttempts; attempt += 1) {
      try {
        return await this.#options.eventStore.appendToStream(streamName, events, { expectedRevision });
      } catch (next) {
        const written = isExpectedRevisionConflict(next)
          ? await this.#writtenBefore(decision, commandId, events.length)
          : undefined;
        if (written !== undefined) return written;
        error = next;
      }
    }
    throw error;
  }

  /** After an unknown outcome a conflict may be with one's own write: what stands in the stream decides. */
  async #writtenBefore(decision: Decision, commandId: string, count: number): Promise<AppendResult | undefined> {
    const from = decision.revision === 'no_stream' ? 0n : decision.revision + 1n;
    for await (const events of this.#options.eventStore.readStream(decision.streamName, { from, maxCount: count })) {
      const last = events.at(-1);
      if (
        last !== undefined &&
        events.length === count &&
        events.every((event) => metadataOf(event).commandId === commandId)
      )
        return last;
    }
    return undefined;
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
      if (recorded === undefined) continue;
      await this.#requireSameBody(command, recorded[0]!, options.commandId);
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

  #nothingToDo(decision: Decision): CommandReceipt {
    return frozenResult({
      events: Object.freeze([]),
      position: this.#view.position,
      revision: decision.revision,
      duplicate: false,
      visible: true,
    });
  }

  #compiledOf(command: Command): CompiledDefinition | undefined {
    return isSettingsCommand(command)
      ? this.#view.slices.get(command.data.integration)?.view?.context.compiled
      : undefined;
  }
}

/** The id of a command's event: the same again when the command is decided again. */
export const eventId = (namespace: string, commandId: string, index: number): string =>
  nameUuid(`${namespace}/${commandId}/${index}`);

const metadataOf = (event: RecordedEvent): EventMetadata => (event.metadata ?? {}) as EventMetadata;

/** Registering needs the parent; moving needs the moved scope and the new parent; everything else the scope itself. */
const scopesToAdminister = (command: Command): readonly ScopeRef[] => {
  if (isSettingsCommand(command)) return [scopeOfSettingsCommand(command)];
  switch (command.type) {
    case 'RegisterGroup':
      return [groupOrInstance(command.data.parent)];
    case 'RegisterProject':
      return [groupOrInstance(command.data.group)];
    default: {
      const target = targetOf(command);
      const scope = scopeOfStructureCommand(command);
      return target === undefined ? [scope] : [scope, target];
    }
  }
};

/** @throws CommandRejected `InvalidCommand` where the events would not fit every store */
const requireSize = (events: readonly EventToAppend[]): void => {
  let characters = 0;
  for (const { data, metadata } of events) characters += JSON.stringify(data).length + JSON.stringify(metadata).length;
  if (characters * 3 <= maxCommandBytes) return;
  const bytes = events.reduce(
    (sum, { data, metadata }) =>
      sum + Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata)),
    0,
  );
  if (bytes > maxCommandBytes) {
    throw new CommandRejected(
      'InvalidCommand',
      `The command's events take ${bytes} bytes; at most ${maxCommandBytes} fit every store.`,
      [{ field: 'values', message: `take ${bytes} bytes as stored; expected at most ${maxCommandBytes}` }],
    );
  }
};
