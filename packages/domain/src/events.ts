// STORED FORMAT. These names and fields are on disk: add a version and an upcaster, never edit in place.
// Bodies name their subject in full; an absent `group` or `parent` is the instance. The stream's name is never parsed.
import type { Below } from './commands.ts';
import type { EventMetadata, RecordedEvent } from './message.ts';
import type { ScopeRef } from './scope.ts';
import type { SealedSecret } from './secret-format.ts';

/** Which secret this is, wherever it is stored: copies keep all three. */
export interface SecretIdentity {
  /** A UUID made when a person entered it. */
  readonly id: string;
  /** Where that was. */
  readonly origin: ScopeRef;
  /** How often that scope's secrets of the integration had been erased by then. */
  readonly era: number;
}

export type PlainValue = string | number | boolean | readonly string[];
export type StoredValue = PlainValue | { readonly $secret: SealedSecret };
/** A stored value before a secret in it is sealed, which is all that deciding and folding need to know. */
export type DecidedValue = PlainValue | { readonly $secret: SecretIdentity };

/** Complete settings; empty fields are left out. */
interface Complete<V> {
  readonly active: boolean;
  readonly values: Readonly<Record<string, V>>;
}
/** What changed; `null` is now empty. Not both absent. */
interface Changes<V> {
  readonly active?: boolean;
  readonly values?: Readonly<Record<string, V | null>>;
}

/** Events about own settings and locks, with the values as `V`. */
export interface SettingsEvents<V = StoredValue> {
  /** The instance got settings; whatever has none of its own below inherits them. */
  InstanceDefaultSet: { readonly integration: string } & Complete<V>;
  InstanceDefaultChanged: { readonly integration: string } & Changes<V>;
  InstanceDefaultReset: { readonly integration: string };
  GroupDefaultSet: { readonly group: string; readonly integration: string } & Complete<V>;
  GroupDefaultChanged: { readonly group: string; readonly integration: string } & Changes<V>;
  GroupDefaultReset: { readonly group: string; readonly integration: string };
  SwitchedToCustom: { readonly project: string; readonly integration: string } & Complete<V>;
  CustomSettingsChanged: { readonly project: string; readonly integration: string } & Changes<V>;
  /** Nothing own is left, but `active` if given. */
  SwitchedToInherited: Below & { readonly integration: string; readonly active?: boolean };
  ProjectSettingsReset: { readonly project: string; readonly integration: string };
  /** `null`: own and empty. */
  FieldsOverridden: Below & { readonly integration: string } & Changes<V>;
  /** Given back; from custom settings `values` has `null` for each empty field of the definition that is not given back. */
  FieldsInherited: Below & {
    readonly integration: string;
    readonly fields: readonly string[];
    readonly values?: Readonly<Record<string, null>>;
  };
  /** Scopes below may no longer deviate, wholly or in these fields too. */
  DefaultLocked: { readonly group?: string; readonly integration: string; readonly fields?: readonly string[] };
  /** Lifts these; absent: all. */
  DefaultUnlocked: { readonly group?: string; readonly integration: string; readonly fields?: readonly string[] };
  /** Nothing that was secret here, or was entered here, can be read any more. */
  SecretsErased: { readonly group?: string; readonly project?: string; readonly integration: string };
}

/** Events about a group's or project's place in the tree. */
export interface StructureEvents {
  /** `name` absent: the id. */
  GroupRegistered: { readonly group: string; readonly parent?: string; readonly name?: string };
  GroupMoved: { readonly group: string; readonly parent?: string };
  GroupRenamed: { readonly group: string; readonly name: string };
  /** Takes all below it; their streams have no event of it. */
  GroupRemoved: { readonly group: string };
  ProjectRegistered: { readonly project: string; readonly group?: string; readonly name?: string };
  ProjectTransferred: { readonly project: string; readonly group?: string };
  ProjectRenamed: { readonly project: string; readonly name: string };
  ProjectRemoved: { readonly project: string };
}

/** Events that change no settings and no scopes: `optional: true` in their metadata. */
export interface AccessEvents {
  SecretsRevealed: {
    readonly group?: string;
    readonly project?: string;
    readonly integration: string;
    readonly fields: readonly string[];
    readonly purpose: string;
  };
}

/** Every stored body, by type. */
export interface Events extends SettingsEvents, StructureEvents, AccessEvents {}

type Body<E> = { [K in keyof E]: { readonly type: K; readonly data: E[K] } }[keyof E];
/** A settings event as decided and folded: its secrets need not be sealed. */
export type SettingsEventBody = Body<SettingsEvents<DecidedValue>>;
export type StructureEventBody = Body<StructureEvents>;

/** One of ours, as results hand it out: secrets masked. */
export type SettingsEvent = {
  [K in keyof Events]: RecordedEvent & { readonly type: K; readonly data: Events[K]; readonly metadata: EventMetadata };
}[keyof Events];

/** The newest schema version of each type that this version of the library reads and writes. */
export const schemaVersions: Readonly<Record<keyof Events, number>> = {
  InstanceDefaultSet: 1,
  InstanceDefaultChanged: 1,
  InstanceDefaultReset: 1,
  GroupDefaultSet: 1,
  GroupDefaultChanged: 1,
  GroupDefaultReset: 1,
  SwitchedToCustom: 1,
  CustomSettingsChanged: 1,
  SwitchedToInherited: 1,
  ProjectSettingsReset: 1,
  FieldsOverridden: 1,
  FieldsInherited: 1,
  DefaultLocked: 1,
  DefaultUnlocked: 1,
  SecretsErased: 1,
  SecretsRevealed: 1,
  GroupRegistered: 1,
  GroupMoved: 1,
  GroupRenamed: 1,
  GroupRemoved: 1,
  ProjectRegistered: 1,
  ProjectTransferred: 1,
  ProjectRenamed: 1,
  ProjectRemoved: 1,
};

/** Whether a type is one of ours. */
export const isEventType = (type: string): type is keyof Events => Object.hasOwn(schemaVersions, type);
