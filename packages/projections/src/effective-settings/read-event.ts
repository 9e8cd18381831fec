import {
  type Cause,
  type EventMetadata,
  type Events,
  isScopeId,
  isScopeRef,
  type RecordedEvent,
  schemaVersions,
  type ScopeRef,
  type SettingsEventBody,
  StoreCorrupted,
  StoreNewer,
  type StructureEventBody,
} from '@integration-settings/domain';

/** One of our events, checked: what it is about, and who caused it. */
export type ReadEvent = {
  readonly recorded: RecordedEvent;
  readonly metadata: EventMetadata;
  readonly cause: Cause;
} & (
  | {
      readonly kind: 'settings';
      readonly scope: ScopeRef;
      readonly integration: string;
      readonly body: SettingsEventBody;
    }
  | { readonly kind: 'structure'; readonly scope: Exclude<ScopeRef, 'instance'>; readonly body: StructureEventBody }
  /** No effect on settings or scopes; its revision, position, time and command id count. */
  | { readonly kind: 'optional' }
);

type Fields = Readonly<Record<string, unknown>>;
type BodyCheck = (data: Fields) => boolean;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const maybe = (check: (value: unknown) => boolean, value: unknown): boolean => value === undefined || check(value);
/** Of an integration or a field: what a catalog allows, so that no key of a document is a name every object answers to. */
const namePattern = /^[a-z][a-z0-9_-]{0,62}$/;
const isName = (value: unknown): boolean => isText(value) && namePattern.test(value);
const isToggle = (value: unknown): boolean => typeof value === 'boolean';

const isSealed = (value: Fields): boolean => {
  const secret = value['$secret'];
  return (
    isFields(secret) &&
    isText(secret['id']) &&
    isScopeRef(secret['origin']) &&
    Number.isSafeInteger(secret['era']) &&
    isText(secret['key']) &&
    isText(secret['nonce']) &&
    isText(secret['text'])
  );
};

const isStoredValue = (value: unknown): boolean => {
  const type = typeof value;
  if (type === 'string' || type === 'boolean' || (type === 'number' && Number.isFinite(value))) return true;
  return Array.isArray(value) ? value.every(isText) : isFields(value) && isSealed(value);
};

const areValues = (value: unknown, nullAllowed: boolean): boolean => {
  if (!isFields(value)) return false;
  for (const name in value) {
    const stored = value[name];
    const isFine = isName(name) && ((nullAllowed && stored === null) || isStoredValue(stored));
    if (!isFine && Object.hasOwn(value, name)) return false; // what a host adds to all objects is not stored
  }
  return true;
};

const ofInstance: BodyCheck = (data) => data['group'] === undefined && data['project'] === undefined;
const ofGroup: BodyCheck = (data) => isScopeId(data['group']) && data['project'] === undefined;
const ofProject: BodyCheck = (data) => isScopeId(data['project']) && data['group'] === undefined;
const below: BodyCheck = (data) => ofGroup(data) || ofProject(data);
const groupOrInstance: BodyCheck = (data) => ofInstance(data) || ofGroup(data);
const complete: BodyCheck = (data) => isToggle(data['active']) && areValues(data['values'], false);
const changes: BodyCheck = (data) =>
  maybe(isToggle, data['active']) && maybe((values) => areValues(values, true), data['values']);
const placed =
  (key: string): BodyCheck =>
  (data) =>
    maybe(isScopeId, data[key]) && maybe(isScopeId, data['name']);

const settings =
  (subject: BodyCheck, rest: BodyCheck = () => true): BodyCheck =>
  (data) =>
    isName(data['integration']) && subject(data) && rest(data);

const bodyChecks: Readonly<Record<keyof Events, BodyCheck>> = {
  InstanceDefaultSet: settings(ofInstance, complete),
  InstanceDefaultChanged: settings(ofInstance, changes),
  InstanceDefaultReset: settings(ofInstance),
  GroupDefaultSet: settings(ofGroup, complete),
  GroupDefaultChanged: settings(ofGroup, changes),
  GroupDefaultReset: settings(ofGroup),
  SwitchedToCustom: settings(ofProject, complete),
  CustomSettingsChanged: settings(ofProject, changes),
  SwitchedToInherited: settings(below, (data) => maybe(isToggle, data['active'])),
  ProjectSettingsReset: settings(ofProject),
  FieldsOverridden: settings(below, changes),
  FieldsInherited: settings(
    below,
    (data) => isTexts(data['fields']) && maybe((values) => areValues(values, true), data['values']),
  ),
  DefaultLocked: settings(groupOrInstance, (data) => maybe(isTexts, data['fields'])),
  DefaultUnlocked: settings(groupOrInstance, (data) => maybe(isTexts, data['fields'])),
  SecretsErased: settings((data) => groupOrInstance(data) || ofProject(data)),
  SecretsRevealed: settings((data) => groupOrInstance(data) || ofProject(data)),
  GroupRegistered: (data) => isScopeId(data['group']) && placed('parent')(data),
  GroupMoved: (data) => isScopeId(data['group']) && placed('parent')(data),
  GroupRenamed: (data) => isScopeId(data['group']) && isScopeId(data['name']),
  GroupRemoved: (data) => isScopeId(data['group']),
  ProjectRegistered: (data) => isScopeId(data['project']) && placed('group')(data),
  ProjectTransferred: (data) => isScopeId(data['project']) && placed('group')(data),
  ProjectRenamed: (data) => isScopeId(data['project']) && isScopeId(data['name']),
  ProjectRemoved: (data) => isScopeId(data['project']),
};

interface KnownType {
  /** Our own text: those that a store hands out are new ones each time, which take longer to compare. */
  readonly type: keyof Events;
  readonly version: number;
  readonly check: BodyCheck;
  readonly isOfProject: boolean;
}

const knownTypes: ReadonlyMap<string, KnownType> = new Map(
  (Object.keys(schemaVersions) as (keyof Events)[]).map((type) => [
    type as string,
    { type, version: schemaVersions[type], check: bodyChecks[type], isOfProject: type.startsWith('Project') },
  ]),
);

/**
 * Reads an event of our namespace.
 *
 * @throws StoreNewer where its type or schema version is not known and it is not optional
 * @throws StoreCorrupted where its metadata or body is not what its type says
 */
export const readEvent = (recorded: RecordedEvent): ReadEvent => {
  const { metadata } = recorded;
  const known = knownTypes.get(recorded.type);
  const isKnown = known !== undefined && !isNewer(known, metadata);
  if (!isKnown && !(isFields(metadata) && metadata['optional'] === true)) {
    const found = known === undefined ? `of type "${recorded.type}"` : `"${known.type}" in a newer schema version`;
    throw new StoreNewer(`Event ${where(recorded)} is ${found}, which this version of the library does not know.`);
  }
  const facts = !isKnown && !isOurs(metadata) ? unsaid : readMetadata(recorded, metadata);
  const cause: Cause = {
    eventId: recorded.id,
    position: recorded.position,
    at: facts.at,
    actor: facts.actor,
    reason: facts.reason,
  };
  if (!isKnown) return { recorded, metadata: facts, cause, kind: 'optional' };
  const { type } = known;
  if (!isFields(recorded.data) || !known.check(recorded.data)) {
    throw new StoreCorrupted(`Event ${where(recorded)} has a body that is not one of "${type}".`);
  }
  if (type === 'SecretsRevealed') return { recorded, metadata: facts, cause, kind: 'optional' };
  const { data } = recorded as { readonly data: { project?: string; group?: string; integration?: string } };
  const { project, group, integration } = data;
  if (integration === undefined) {
    const scope = known.isOfProject ? { project: project ?? '' } : { group: group ?? '' }; // `group` is then its parent
    const body = { type, data } as unknown as StructureEventBody;
    return { recorded, metadata: facts, cause, kind: 'structure', scope, body };
  }
  const scope: ScopeRef = project !== undefined ? { project } : group !== undefined ? { group } : 'instance';
  const body = { type, data } as unknown as SettingsEventBody;
  return { recorded, metadata: facts, cause, kind: 'settings', scope, integration, body };
};

const isNewer = (known: KnownType, metadata: unknown): boolean => {
  const version = isFields(metadata) ? metadata['schemaVersion'] : undefined;
  return typeof version === 'number' && version > known.version;
};

const readMetadata = (recorded: RecordedEvent, metadata: unknown): EventMetadata => {
  if (isOurs(metadata)) return metadata;
  throw new StoreCorrupted(`Event ${where(recorded)} has metadata that this library does not write.`);
};

const isOurs = (metadata: unknown): metadata is EventMetadata =>
  isFields(metadata) &&
  isText(metadata['commandId']) &&
  isText(metadata['commandHash']) &&
  isText(metadata['actor']) &&
  isText(metadata['at']) &&
  Number.isSafeInteger(metadata['schemaVersion']) &&
  (metadata['schemaVersion'] as number) >= 1 &&
  maybe(isText, metadata['reason']) &&
  maybe(isPart, metadata['part']);

/** In place of the metadata of an event that is passed over and says nothing but that. */
const unsaid: EventMetadata = { commandId: '', commandHash: '', actor: '', at: '', schemaVersion: 1, optional: true };

const isPart = (part: unknown): boolean =>
  Array.isArray(part) &&
  part.length === 2 &&
  Number.isSafeInteger(part[0]) &&
  Number.isSafeInteger(part[1]) &&
  part[0] >= 0 &&
  part[0] < part[1];

/** Names an event for people. */
export const where = ({ streamName, revision, position }: RecordedEvent): string =>
  `${revision} of stream "${streamName}" (position ${position})`;
