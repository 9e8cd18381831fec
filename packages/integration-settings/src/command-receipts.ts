import {
  type Command,
  CommandRejected,
  type CommandReceipt,
  type CompiledDefinition,
  enteredTexts,
  type EventMetadata,
  type EventStore,
  frozenResult,
  type RecordedEvent,
  Superseded,
} from '@integration-settings/domain';
import { type EffectiveSettingsView, maskedEvent } from '@integration-settings/projections';
import type { Written } from './appender.ts';
import { canonicalJson, commandHash } from './command-hash.ts';
import { type Decision, isSettingsCommand } from './decide.ts';
import { definitionFor } from './events-to-append.ts';
import { endsKeys, type KeyDestroyer } from './key-destroyer.ts';
import type { Secrets } from './secrets.ts';

/** What receipts are made from. */
export interface CommandReceiptsOptions {
  readonly view: EffectiveSettingsView;
  readonly eventStore: EventStore;
  readonly secrets: Secrets;
  readonly keyDestroyer: KeyDestroyer;
}

/** Tells callers what became of their commands, and the same again to those who ask again (R25). */
export class CommandReceipts {
  readonly #options: CommandReceiptsOptions;
  readonly #view: EffectiveSettingsView;

  constructor(options: CommandReceiptsOptions) {
    this.#options = options;
    this.#view = options.view;
  }

  /** What the caller is told of an append; a promise where there is more to do. */
  ofAppend(command: Command, commandId: string, written: Written): CommandReceipt | Promise<CommandReceipt> {
    const [first] = written.recorded;
    return written.isOurs || first === undefined
      ? this.#received(command, written)
      : this.#requireSameBody(command, first, commandId).then(() => this.#received(command, written));
  }

  #received(command: Command, { recorded, isOurs, visible }: Written): CommandReceipt | Promise<CommandReceipt> {
    const receipt = this.#receiptOf(recorded, definitionFor(this.#view, command), { duplicate: !isOurs, visible });
    return endsKeys(command) ? this.#withKeysDestroyed(command, receipt) : this.#unlessSuperseded(receipt);
  }

  /** The first receipt of a command id that was used; `undefined` where it is free. @throws CommandRejected `CommandIdReused` */
  async ofDuplicate(command: Command, commandId: string): Promise<CommandReceipt | undefined> {
    const positions = this.#view.commands.find(commandId);
    for (const position of positions) {
      const recorded = await this.#eventsOf(commandId, position);
      const first = recorded?.[0];
      if (recorded === undefined || first === undefined) continue;
      await this.#requireSameBody(command, first, commandId);
      const visible = this.#view.position >= position; // it was found in the view
      const receipt = this.#receiptOf(recorded, definitionFor(this.#view, command), { duplicate: true, visible });
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
    const compiled = definitionFor(this.#view, command);
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

  /** Of a command that leads to nothing. */
  ofNothing(command: Command, decision: Decision): Promise<CommandReceipt> | CommandReceipt {
    const receipt = frozenResult({
      events: Object.freeze([]),
      position: this.#view.position,
      revision: decision.revision,
      duplicate: false,
      visible: true,
    });
    return endsKeys(command) ? this.#withKeysDestroyed(command, receipt) : receipt;
  }
}

const metadataOf = (event: RecordedEvent): EventMetadata => (event.metadata ?? {}) as EventMetadata;
