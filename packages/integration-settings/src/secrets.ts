import {
  type CompiledDefinition,
  type DecidedValue,
  type EnteredTexts,
  type EventStore,
  type OwnDocument,
  fieldOf,
  isSealed,
  type PreparedValue,
  type ReadingContext,
  type SealedSecret,
  type SecretIdentity,
  type SecretKeyring,
  SecretMark,
  SecretsNotConfigured,
  type ScopeRef,
  sameScope,
  type Settings,
  type SettingsEventBody,
  type SettingsState,
  settingsStreamName,
  StoreCorrupted,
  understand,
} from '@integration-settings/domain';
import { v4 as uuidV4 } from 'uuid';

/** Where a secret stands: its stream's scope, its field, and its text where that is stored in clear. */
export interface SecretPlace {
  readonly scope: ScopeRef;
  readonly field: string;
  readonly clearText: string | undefined;
}

/** Seals what events carry, and finds and opens what the log holds: the view keeps no ciphertext. */
export class Secrets {
  readonly #eventStore: EventStore;
  readonly #namespace: string;
  readonly #keyring: SecretKeyring | undefined;

  constructor(eventStore: EventStore, namespace: string, keyring: SecretKeyring | undefined) {
    this.#eventStore = eventStore;
    this.#namespace = namespace;
    this.#keyring = keyring;
  }

  get isConfigured(): boolean {
    return this.#keyring !== undefined;
  }

  /** @throws SecretsNotConfigured where none was given */
  get keyring(): SecretKeyring {
    if (this.#keyring === undefined)
      throw new SecretsNotConfigured('A secret is used, and no keyring was given to open and seal secrets with.');
    return this.#keyring;
  }

  /** Whether a secret's text is the one that a scope has stored and entered itself; where that one's key is gone, it is not. */
  async isSame(integration: string, identity: SecretMark, place: SecretPlace, text: string): Promise<boolean> {
    if (!sameScope(identity.origin, place.scope)) return false;
    if (place.clearText !== undefined) return place.clearText === text;
    try {
      return (await this.open(integration, identity, place)) === text;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'SECRET_ERASED') return false;
      throw error;
    }
  }

  /** The text of a secret that stands in the log. @throws SecretErased, SecretsNotConfigured, StoreCorrupted */
  async open(integration: string, identity: SecretIdentity | SecretMark, place: SecretPlace): Promise<string> {
    if (place.clearText !== undefined) return place.clearText;
    const streamName = settingsStreamName(this.#namespace, place.scope, integration);
    const sealed = await this.#find(streamName, place.field, identity.id);
    return this.keyring.open(sealed, { streamName, field: place.field });
  }

  /**
   * Seals every secret in decided events.
   *
   * @param textOf - the text of a secret, entered or opened
   */
  async sealed(
    events: readonly SettingsEventBody[],
    owner: { readonly streamName: string; readonly streamEra: number },
    textOf: (identity: SecretIdentity, field: string) => Promise<string>,
  ): Promise<readonly SettingsEventBody[]> {
    const result: SettingsEventBody[] = [];
    for (const event of events) {
      const values = 'values' in event.data ? Object.entries(event.data.values ?? {}) : [];
      if (!values.some(([, value]) => isSealed(value))) {
        result.push(event);
        continue;
      }
      const sealed: Record<string, DecidedValue | null> = {};
      for (const [field, value] of values) {
        sealed[field] = isSealed(value) ? { $secret: await this.#seal(value.$secret, field, owner, textOf) } : value;
      }
      result.push({ ...event, data: { ...event.data, values: sealed } } as SettingsEventBody);
    }
    return result;
  }

  async #seal(
    { id, origin, era }: SecretIdentity,
    field: string,
    owner: { readonly streamName: string; readonly streamEra: number },
    textOf: (identity: SecretIdentity, field: string) => Promise<string>,
  ): Promise<SealedSecret> {
    const text = await textOf({ id, origin, era }, field);
    return this.keyring.seal({ ...owner, id, origin, era, field, text });
  }

  /** The newest sealed form of a secret in a stream. */
  async #find(streamName: string, field: string, id: string): Promise<SealedSecret> {
    for await (const events of this.#eventStore.readStream(streamName, { direction: 'backwards' })) {
      for (const { data } of events) {
        const values = (data as { readonly values?: Readonly<Record<string, DecidedValue | null>> }).values;
        const value = values !== undefined && Object.hasOwn(values, field) ? values[field] : undefined;
        if (value !== undefined && isSealed(value) && value.$secret.id === id) return value.$secret as SealedSecret;
      }
    }
    throw new StoreCorrupted(
      `Stream "${streamName}" does not hold the secret of field "${field}" that the view has from it.`,
    );
  }
}

/** Where each secret stands that a command on a scope may keep or copy: its own, stored now or as of a revert's moment, and those that it inherits. */
export const secretPlaces = (
  context: ReadingContext,
  scope: ScopeRef,
  state: SettingsState,
  above: Settings,
  asOf?: SettingsState,
): ReadonlyMap<string, SecretPlace> => {
  const places = new Map<string, SecretPlace>();
  for (const { name: field, value } of asOf?.own?.fields ?? []) {
    if (isSealed(value)) places.set(value.$secret.id, { scope, field, clearText: undefined });
  }
  const addOwn = (document: OwnDocument | undefined): void => {
    if (document === undefined) return;
    for (const [field, { value, stored }] of understand(context, scope, state.era, document)) {
      if (value instanceof SecretMark) places.set(value.id, placeIn(scope, field, stored?.value));
    }
  };
  addOwn(asOf?.own);
  for (const [field, { value, scope: source, document }] of above.slots) {
    if (value instanceof SecretMark) places.set(value.id, placeIn(source, field, fieldOf(document, field)?.value));
  }
  addOwn(state.own);
  return places;
};

const placeIn = (scope: ScopeRef, field: string, stored: DecidedValue | null | undefined): SecretPlace => ({
  scope,
  field,
  clearText: typeof stored === 'string' ? stored : undefined,
});

/** What stands for entered texts: "the same" where they are, else a new secret of this scope and era. */
export class EnteredSecrets {
  readonly texts: EnteredTexts;
  readonly #marks = new Map<string, PreparedValue>();
  readonly #textById = new Map<string, string>();

  constructor(texts: EnteredTexts) {
    this.texts = texts;
  }

  /** Judges the texts against what a scope has stored. */
  async compare(
    secrets: Secrets,
    compiled: CompiledDefinition,
    scope: ScopeRef,
    era: number,
    places: ReadonlyMap<string, SecretPlace>,
    present: (field: string) => unknown,
  ): Promise<void> {
    for (const [field, text] of this.texts) {
      const there = present(field);
      const place = there instanceof SecretMark ? places.get(there.id) : undefined;
      const isSame =
        secrets.isConfigured &&
        there instanceof SecretMark &&
        place !== undefined &&
        (await secrets.isSame(compiled.integration, there, place, text));
      if (isSame) {
        this.#marks.set(field, { kind: 'same' });
        continue;
      }
      const known = this.#marks.get(field);
      if (known?.kind === 'entered' && known.secret.era === era) continue;
      const secret = new SecretMark({ id: uuidV4(), origin: scope, era });
      this.#textById.set(secret.id, text);
      this.#marks.set(field, { kind: 'entered', secret });
    }
  }

  /** What a field's text stands as. */
  markOf(field: string): PreparedValue {
    return this.#marks.get(field) ?? { kind: 'same' };
  }

  textOf(id: string): string | undefined {
    return this.#textById.get(id);
  }
}
