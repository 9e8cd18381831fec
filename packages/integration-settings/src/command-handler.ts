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
import { type EffectiveSettingsView, idNamespace, type LiveView, maskedEvent } from '@integration-settings/projections';
import { v5 as uuidV5 } from 'uuid';
import type { Authorize } from './authorization.ts';
import { canonicalJson, commandHash } from './command-hash.ts';
import { type ParsedOptions, parseRequest } from './command-options.ts';
import { CommandDecider, type DecidedEvent, type Decision, isSettingsCommand } from './decide.ts';
import type { CommandOptions } from './integration-settings.ts';
import type { KeyDestroyer } from './key-destroyer.ts';
import type { EnteredSecrets, Secrets } from './secrets.ts';
import { SerialQueue } from './serial-queue.ts';

/** How often a command is decided again after conflicts with other processes. */
const maxConflicts = 25;
/** How often an append is repeated whose outcome nobody knows. */
const maxUnknownOutcomes = 5;
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
  readonly #queue = new SerialQueue();
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(options: CommandHandlerOptions) {
    this.#options = options;
    this.#view = options.live.view;
    this.#decider = new CommandDecider(this.#view, options.eventStore, options.secrets);
  }

  async execute(given: Command, givenOptions: CommandOptions): Promise<CommandReceipt> {
    const { command, options } = parseRequest(given, givenOptions);
    options.signal?.throwIfAborted();
    await this.#requireAuthorized(command, options.actor);
    options.signal?.throwIfAborted();
    if (this.#options.live.stopped !== undefined) throw this.#options.live.stopped;
    return this.#afterTwins(options.commandId, () =>
      this.#queue.run(this.#decider.streamOf(command), () => this.#handle(command, options)),
    );
  }

  /** The events that a command would append, unsealed. @throws what `execute` would */
  async decideOnly(command: Command, options: ParsedOptions): Promise<readonly DecidedEvent[]> {
    const { live } = this.#options;
    await this.#requireAuthorized(command, options.actor);
    for (let isFresh = false; ; isFresh = true) {
      if (live.stopped !== undefined) throw live.stopped;
      try {
        const { events } = await this.#decider.decide(command, options, undefined);
        if (isFresh || events.length > 0) return events;
      } catch (error) {
        if (isFresh) throw error;
      }
      await live.catchUp();
    }
  }

  /** @throws NotAuthorized, on fresh knowledge */
  async #requireAuthorized(command: Command, actor: ParsedOptions['actor']): Promise<void> {
    const scopes = scopesToAdminister(command);
    const isAllowed = (): boolean | Promise<boolean> =>
      this.#options.authorize({
        actor,
        action: command.type,
        scopes,
        isAtOrBelow: (scope, ancestor) => this.#view.isAtOrBelow(scope, ancestor),
      });
    const allowed = isAllowed();
    if (typeof allowed === 'boolean' ? allowed : await allowed) return;
    await this.#options.live.catchUp();
    if (!(await isAllowed())) throw new NotAuthorized(actor.id, command.type, scopes);
  }

  /** Commands with one id go one after the other, so that the later ones find what became of the first. */
  async #afterTwins(commandId: string, work: () => Promise<CommandReceipt>): Promise<CommandReceipt> {
    for (let twin = this.#underWay.get(commandId); twin !== undefined; twin = this.#underWay.get(commandId)) {
      await twin.catch(() => undefined);
    }
    const running = work();
    this.#underWay.set(commandId, running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(commandId);
    }
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
      const first = await this.#duplicateOf(command, options);
      if (first !== undefined) return first;
      let decision: Decision | undefined;
      try {
        decision = await this.#decider.decide(command, options, entered);
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
    const compiled = this.#compiledOf(command);
    const bodies = await decision.seal();
    const events = await this.#toAppend(command, compiled, options, decision, bodies);
    requireSize(events);
    options.signal?.throwIfAborted();
    const { revision, position } = await this.#appended(decision, events, options.commandId);
    const visible = await this.#options.live.passes(position, this.#options.visibleWithinMs);
    const recorded = await this.#recordedOf(decision.streamName, events, revision, position);
    return this.#receiptOf(command, recorded, compiled, { duplicate: false, visible });
  }

  /** Appends; where nobody knows whether that was written, the same again: with the same ids at the same revision it is written once. */
  async #appended(
    decision: Decision,
    events: readonly EventToAppend[],
    commandId: string,
  ): Promise<{ readonly revision: bigint; readonly position: bigint }> {
    const expectedRevision = decision.revision;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#options.eventStore.appendToStream(decision.streamName, events, { expectedRevision });
      } catch (error) {
        if (!isAppendOutcomeUnknown(error) || attempt === maxUnknownOutcomes) {
          const written =
            isExpectedRevisionConflict(error) && attempt > 1
              ? await this.#writtenBefore(decision, commandId, events.length)
              : undefined;
          if (written !== undefined) return written;
          throw error;
        }
      }
    }
  }

  /** After an unknown outcome a conflict may be with one's own write: what stands in the stream decides. */
  async #writtenBefore(
    decision: Decision,
    commandId: string,
    count: number,
  ): Promise<{ readonly revision: bigint; readonly position: bigint } | undefined> {
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

  async #toAppend(
    command: Command,
    compiled: CompiledDefinition | undefined,
    options: ParsedOptions,
    decision: Decision,
    bodies: readonly DecidedEvent[],
  ): Promise<readonly EventToAppend[]> {
    const { commandId, correlationId, causationId, actor, reason } = options;
    const { entered, owner } = decision;
    const secretsMac =
      entered === undefined || owner === undefined || entered.texts.size === 0
        ? undefined
        : await this.#options.secrets.keyring.mac(owner, canonicalJson(Object.fromEntries(entered.texts)));
    const common = {
      commandId,
      commandHash: commandHash(command, compiled),
      ...(secretsMac === undefined ? {} : { secretsMac }),
      ...(correlationId === undefined || correlationId === commandId ? {} : { correlationId }),
      ...(causationId === undefined ? {} : { causationId }),
      actor: actor.id,
      at: this.#options.clock().toISOString(),
      ...(reason === undefined ? {} : { reason }),
    };
    return bodies.map(({ type, data }, index) => {
      const part = bodies.length > 1 ? { part: [index, bodies.length] as const } : {};
      const metadata: EventMetadata = { ...common, schemaVersion: schemaVersions[type], ...part };
      return { id: eventId(this.#view.namespace, commandId, index), type, data, metadata };
    });
  }

  /** The first receipt of a command id that was used; `undefined` where it is free. @throws CommandRejected `CommandIdReused` */
  async #duplicateOf(command: Command, options: ParsedOptions): Promise<CommandReceipt | undefined> {
    const { commands } = this.#view;
    for (const position of commands.find(options.commandId)) {
      const recorded = await this.#eventsOf(options.commandId, position);
      if (recorded === undefined) continue;
      await this.#requireSameBody(command, recorded[0]!, options.commandId);
      const visible = await this.#options.live.passes(position, this.#options.visibleWithinMs);
      return this.#receiptOf(command, recorded, this.#compiledOf(command), { duplicate: true, visible });
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

  async #recordedOf(
    streamName: string,
    events: readonly EventToAppend[],
    revision: bigint,
    position: bigint,
  ): Promise<readonly RecordedEvent[]> {
    const [only] = events;
    if (events.length === 1 && only !== undefined) return [{ ...only, streamName, revision, position }];
    return this.#readPart(streamName, revision, events.length);
  }

  async #receiptOf(
    command: Command,
    recorded: readonly RecordedEvent[],
    compiled: CompiledDefinition | undefined,
    { duplicate, visible }: { readonly duplicate: boolean; readonly visible: boolean },
  ): Promise<CommandReceipt> {
    const last = recorded.at(-1)!;
    const keysDestroyed = visible ? await this.#options.keyDestroyer.destroyed(command) : undefined;
    const receipt: CommandReceipt = frozenResult({
      events: Object.freeze(recorded.map((event) => maskedEvent(event, compiled))),
      position: last.position,
      revision: last.revision,
      duplicate,
      visible,
      ...(keysDestroyed === undefined ? {} : { keysDestroyed }),
    });
    const superseded = recorded
      .map(({ position }) => this.#view.superseded.get(position))
      .find((found) => found !== undefined);
    if (superseded !== undefined) throw new Superseded(receipt, superseded.became);
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
  uuidV5(`${namespace}/${commandId}/${index}`, idNamespace);

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
