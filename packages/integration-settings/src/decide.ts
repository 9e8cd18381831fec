import {
  type Command,
  CommandRejected,
  decideSettings,
  decideStructure,
  type DecidedValue,
  enteredTexts,
  type EventStore,
  ExpectedRevisionConflict,
  fieldOf,
  OutOfRange,
  prepareValues,
  type PreparedSettingsCommand,
  PreviewOutdated,
  type ReadingContext,
  resolveStep,
  scopeKey,
  type ScopeRef,
  scopeOfSettingsCommand,
  scopeOfStructureCommand,
  type SecretIdentity,
  type SettingsCommand,
  type SettingsEventBody,
  settingsStreamName,
  type SettingsState,
  initialSettings,
  type StructureCommand,
  type StructureEventBody,
  structureStreamName,
  targetOf,
  understand,
} from '@integration-settings/domain';
import type { EffectiveSettingsView } from '@integration-settings/projections';
import { canonicalJson } from './command-hash.ts';
import { stateAt } from './state-at.ts';
import { EnteredSecrets, secretPlaces, type Secrets } from './secrets.ts';

/** A body to append, with its secrets not sealed yet. */
export type DecidedEvent = SettingsEventBody | StructureEventBody;

/** What a command leads to on what the view knows, and how to make it fit to be stored. */
export interface Decision {
  readonly streamName: string;
  /** Of the stream, as the view knows it. */
  readonly revision: bigint | 'no_stream';
  readonly events: readonly DecidedEvent[];
  /** The texts entered, by field; none for commands about the tree. */
  readonly entered: EnteredSecrets | undefined;
  /** Where secrets would be sent: a command that enters one is decided again only if it stays the same (R30). */
  readonly endpoints: string;
  /** Where something must be sealed: the events with their secrets sealed, and the code that authenticates the entered texts. */
  readonly seal:
    | (() => Promise<{ readonly bodies: readonly DecidedEvent[]; readonly secretsMac: string | undefined }>)
    | undefined;
}

/** What of a command's options a decision depends on. */
export interface Expectations {
  readonly expectedRevision?: bigint | 'no_stream' | undefined;
  readonly ifImpactAt?: bigint | undefined;
}

/** Decides commands on what the view knows. */
export class CommandDecider {
  readonly #view: EffectiveSettingsView;
  readonly #eventStore: EventStore;
  readonly #secrets: Secrets;

  constructor(view: EffectiveSettingsView, eventStore: EventStore, secrets: Secrets) {
    this.#view = view;
    this.#eventStore = eventStore;
    this.#secrets = secrets;
  }

  /**
   * A decision about the tree needs nothing but the view, so it comes at once.
   *
   * @throws CommandRejected, ExpectedRevisionConflict, PreviewOutdated; the first that R25 lists
   */
  decideStructure(command: StructureCommand, expectations: Expectations): Decision {
    const scope = scopeOfStructureCommand(command);
    const { state, revision } = this.#view.structureOf(scope);
    const target = targetOf(command);
    const streamName = structureStreamName(this.#view.namespace, scope);
    const known = revision === -1n ? 'no_stream' : revision;
    const mayBeBelow = target !== undefined && 'group' in scope; // nothing lies below a project
    let events: readonly StructureEventBody[];
    try {
      events = decideStructure(command, state, {
        targetExists: target === undefined || this.#view.exists(target),
        targetIsBelow: mayBeBelow && this.#view.isAtOrBelow(target, scope),
      });
    } catch (error) {
      if (error instanceof CommandRejected && error.reason === 'WouldCycle')
        this.#checkStructure(expectations, streamName, known, scope, target);
      throw error;
    }
    this.#checkStructure(expectations, streamName, known, scope, target);
    return { streamName, revision: known, events, entered: undefined, endpoints: '', seal: undefined };
  }

  /**
   * @param given - kept between decisions of one command, so that a secret has one id
   * @throws CommandRejected, ExpectedRevisionConflict, PreviewOutdated, SecretsNotConfigured, the first that R25 lists;
   *   OutOfRange for a revert to a position past the head
   */
  async decideSettings(
    command: SettingsCommand,
    expectations: Expectations,
    given?: EnteredSecrets,
  ): Promise<Decision> {
    const view = this.#view;
    const scope = scopeOfSettingsCommand(command);
    const { integration } = command.data;
    if (!view.exists(scope)) throw new CommandRejected('UnknownScope', `There is no scope "${scopeKey(scope)}".`);
    const streamName = settingsStreamName(view.namespace, scope, integration);
    const entry = view.settingsOf(scope, integration);
    const revision = entry?.revision ?? 'no_stream';
    requireRevision(expectations, streamName, revision);
    const { ifImpactAt } = expectations;
    if (ifImpactAt !== undefined && this.#areSettingsOutdated(ifImpactAt, scope, integration))
      throw previewOutdated(ifImpactAt);
    const state = entry?.state ?? initialSettings;
    const slice = view.slices.get(integration);
    const context = slice?.view?.context;
    const above = view.above(scope, integration);
    const asOf =
      command.type === 'RevertSettings' ? await this.#stateAt(streamName, BigInt(command.data.to)) : undefined;
    const places = context === undefined ? new Map() : secretPlaces(context, scope, state, above, asOf);
    const entered =
      given ??
      new EnteredSecrets(context === undefined ? new Map() : enteredTexts(context.compiled, valuesOf(command)));
    if (context !== undefined && entered.texts.size > 0) {
      const own = state.own === undefined ? undefined : understand(context, scope, state.era, state.own);
      await entered.compare(
        this.#secrets,
        context.compiled,
        scope,
        state.era,
        places,
        (field) => own?.get(field)?.value,
      );
    }
    const events = decideSettings(prepared(command, context, entered), state, {
      context,
      above,
      canSeal: this.#secrets.isConfigured,
      known: slice !== undefined,
      copiedElsewhere: command.type === 'EraseSecrets' && this.#isCopiedElsewhere(scope, integration, state),
      ...(asOf === undefined ? {} : { asOf }),
    });
    const textOf = async ({ id, origin, era }: SecretIdentity): Promise<string> => {
      const text = entered.textOf(id);
      if (text !== undefined) return text;
      const place = places.get(id);
      if (place === undefined) throw new TypeError(`No place is known of the secret "${id}".`);
      return this.#secrets.open(integration, { id, origin, era }, place);
    };
    const owner = { streamName, streamEra: state.era, origin: scope, era: state.era };
    const seal = async (): Promise<{ bodies: readonly DecidedEvent[]; secretsMac: string | undefined }> => ({
      bodies: await this.#secrets.sealed(events, owner, textOf),
      secretsMac:
        entered.texts.size === 0
          ? undefined
          : await this.#secrets.keyring.mac(owner, canonicalJson(Object.fromEntries(entered.texts))),
    });
    const endpoints = context === undefined ? '' : endpointsOf(context, scope, state, above);
    return { streamName, revision, events, entered, endpoints, seal };
  }

  #stateAt(streamName: string, position: bigint): Promise<SettingsState> {
    const head = this.#view.times.last.position;
    if (position > head) throw new OutOfRange(`Position ${position} is not in the log; expected -1 to ${head}.`);
    return stateAt(this.#eventStore, this.#view, streamName, position);
  }

  #checkStructure(
    expectations: Expectations,
    streamName: string,
    revision: bigint | 'no_stream',
    scope: ScopeRef,
    target: ScopeRef | undefined,
  ): void {
    requireRevision(expectations, streamName, revision);
    const { ifImpactAt } = expectations;
    if (ifImpactAt !== undefined && this.#isTreeOutdated(ifImpactAt, scope, target)) throw previewOutdated(ifImpactAt);
  }

  #areSettingsOutdated(position: bigint, scope: ScopeRef, integration: string): boolean {
    const number = this.#view.tree.find(scope);
    return number === undefined || this.#view.recent.outdatesSettings(position, number, integration);
  }

  #isTreeOutdated(position: bigint, scope: ScopeRef, target: ScopeRef | undefined): boolean {
    const numbers = [scope, target].map((place) => (place === undefined ? undefined : this.#view.tree.find(place)));
    return this.#view.recent.outdatesStructure(
      position,
      numbers.filter((number) => number !== undefined),
    );
  }

  /** Whether a secret entered at a scope in its present era stands in another stream. */
  #isCopiedElsewhere(scope: ScopeRef, integration: string, state: SettingsState): boolean {
    const slice = this.#view.slices.get(integration);
    const [own, origin] = [this.#view.tree.find(scope), scopeKey(scope)];
    for (const [number, entry] of slice?.own.entries() ?? []) {
      if (number === own) continue;
      for (const { value } of entry.state.own?.fields ?? []) {
        if (isSecret(value) && scopeKey(value.$secret.origin) === origin && value.$secret.era === state.era)
          return true;
      }
    }
    return false;
  }
}

/** @throws ExpectedRevisionConflict */
const requireRevision = (
  { expectedRevision }: Expectations,
  streamName: string,
  revision: bigint | 'no_stream',
): void => {
  if (expectedRevision !== undefined && expectedRevision !== revision)
    throw new ExpectedRevisionConflict(streamName, expectedRevision, revision);
};

const previewOutdated = (position: bigint): PreviewOutdated =>
  new PreviewOutdated(`What was previewed at position ${position} may no longer be what the command does.`);

const isSecret = (value: DecidedValue | null): value is Extract<DecidedValue, { readonly $secret: unknown }> =>
  typeof value === 'object' && value !== null && '$secret' in value;

/** Whether a command is about settings, not about the tree. */
export const isSettingsCommand = (command: Command): command is SettingsCommand => 'integration' in command.data;

const valuesOf = (command: SettingsCommand): Readonly<Record<string, unknown>> | undefined =>
  'values' in command.data && command.type !== 'SwitchToInherited' ? command.data.values : undefined;

const prepared = (
  command: SettingsCommand,
  context: ReadingContext | undefined,
  entered: EnteredSecrets,
): PreparedSettingsCommand => {
  if (!('values' in command.data)) return command as PreparedSettingsCommand;
  const { values: given, ...others } = command.data;
  const values =
    context === undefined
      ? undefined
      : prepareValues(context.compiled, valuesOf(command), (field) => entered.markOf(field));
  return {
    type: command.type,
    data: given === undefined || values === undefined ? others : { ...others, values },
  } as PreparedSettingsCommand;
};

/** Where secrets are sent, own and effective, as something to compare. */
const endpointsOf = (
  context: ReadingContext,
  scope: ScopeRef,
  state: SettingsState,
  above: ReturnType<EffectiveSettingsView['above']>,
): string => {
  const endpoints = context.compiled.connection?.endpoints ?? [];
  if (endpoints.length === 0) return '';
  const { slots } = resolveStep(context, above, { scope, state }).settings;
  const show = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
  return JSON.stringify(endpoints.map((name) => [show(slots.get(name)?.value), fieldOf(state.own, name)?.value]));
};
