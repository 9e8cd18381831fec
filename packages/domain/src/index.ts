// Scopes
export {
  describeBadName,
  groupOrInstance,
  idOf,
  isScopeId,
  isScopeRef,
  levelOf,
  sameScope,
  scopeKey,
  scopeOf,
} from './scope.ts';
export type { Level, ScopeRef } from './scope.ts';
export { isUuid, uuidOf } from './uuid.ts';
export {
  isNamespace,
  parseStreamName,
  secretAccessStreamName,
  settingsStreamName,
  settingsStreamPrefix,
  streamPrefixOf,
  structureStreamName,
} from './stream-name.ts';
export type { StreamIdentity } from './stream-name.ts';

// Catalog
export type {
  Catalog,
  FieldDefinition,
  FieldValue,
  GivenValue,
  GivenValues,
  IntegrationDefinition,
  SecretRef,
} from './catalog/definition.ts';
export { defineCatalog } from './catalog/define-catalog.ts';
export type { ParsedForm } from './catalog/parse-form.ts';
export type { CatalogOf, FieldOf, GivenValuesOf, OwnValuesOf, ReadOf, SlugOf, ValuesOf } from './catalog/values-of.ts';

// Commands typed by a catalog, and their creators
export type { CommandOf, NamesFields } from './commands-of.ts';
export type { Created } from './create-command.ts';
export {
  changeCustomSettings,
  eraseSecrets,
  inheritFields,
  lockDefault,
  overrideFields,
  resetGroupDefault,
  resetInstanceDefault,
  resetProjectSettings,
  revertSettings,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
  switchToInherited,
  unlockDefault,
} from './create-settings-commands.ts';
export type { ToggleOption } from './create-settings-commands.ts';
export {
  moveGroup,
  registerGroup,
  registerProject,
  removeGroup,
  removeProject,
  renameGroup,
  renameProject,
  transferProject,
} from './create-structure-commands.ts';

// Messages
export type { EventMetadata, EventToAppend, RecordedEvent } from './message.ts';

// Ports
export type {
  AppendOptions,
  AppendResult,
  CurrentRevision,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
  SubscriptionMessage,
} from './event-store.ts';
export type { KeyOwner, KeyStore, WrappedKey } from './key-store.ts';
export type { EffectiveEvent, ReadModel, ReadModelGeneration, ReadModelRebuild } from './read-model.ts';
export type { ReadModelKey, ReadModelSlot, ReadModelStore, SavedReadModel } from './read-model-store.ts';
export { DifferenceList } from './difference-list.ts';
export type { SnapshotHeader, SnapshotStore } from './snapshot-store.ts';

// Errors
export {
  AppendOutcomeUnknown,
  Closed,
  CommandRejected,
  ExpectedRevisionConflict,
  IntegrationSettingsError,
  InvalidCatalog,
  NotAuthorized,
  OutOfRange,
  PreviewOutdated,
  ProjectionFailed,
  RebuildInProgress,
  SecretErased,
  SecretsNotConfigured,
  StoreCorrupted,
  StoreNewer,
  StoreUnavailable,
  Superseded,
  TimedOut,
  TooManyRemovals,
  UnknownIntegration,
  UnknownScope,
  isAppendOutcomeUnknown,
  isClosed,
  isCommandRejected,
  isExpectedRevisionConflict,
  isIntegrationSettingsError,
  isInvalidCatalog,
  isNotAuthorized,
  isOutOfRange,
  isPreviewOutdated,
  isProjectionFailed,
  isRebuildInProgress,
  isSecretErased,
  isSecretsNotConfigured,
  isStoreCorrupted,
  isStoreNewer,
  isStoreUnavailable,
  isSuperseded,
  isTimedOut,
  isTooManyRemovals,
  isUnknownIntegration,
  isUnknownScope,
} from './errors.ts';
export type { RejectionReason } from './errors.ts';
export type { Issue } from './issue.ts';
export type { CommandReceipt } from './receipt.ts';

// Secrets
export { commandSecretsInfo, keyAdditionalData, secretAdditionalData } from './secret-format.ts';
export type { SealedSecret } from './secret-format.ts';
export type { DataKey, SecretKeyring, SecretToSeal } from './secret-keyring.ts';

// Commands and events
export type {
  AtOrBelow,
  Below,
  Command,
  Commands,
  SettingsCommand,
  SettingsCommandType,
  StructureCommand,
  StructureCommandType,
} from './commands.ts';
export { commandTypes, parseCommand } from './parse-command.ts';
export { isEventType, schemaVersions } from './events.ts';
export type {
  AccessEvents,
  DecidedValue,
  Events,
  PlainValue,
  SecretIdentity,
  SettingsEvent,
  SettingsEventBody,
  SettingsEvents,
  StoredValue,
  StructureEventBody,
  StructureEvents,
} from './events.ts';
export { isSecretRef, mask, SecretMark } from './secret-ref.ts';

// Deciding and folding
export { fold } from './decider.ts';
export type { Decider } from './decider.ts';
export { decideSettings, scopeOfSettingsCommand } from './settings/decide.ts';
export type { PreparedSettingsCommand } from './settings/decide.ts';
export { enteredTexts, isEmpty, prepareValues } from './settings/prepare-values.ts';
export type { EnteredTexts, PreparedValue, PreparedValues } from './settings/prepare-values.ts';
export type { SettingsSurroundings } from './settings/situation.ts';
export { evolveSettings, fieldOf, initialSettings, notAppended } from './settings/state.ts';
export type { Cause, OwnDocument, OwnField, OwnLock, SettingsState } from './settings/state.ts';
export { decideStructure, scopeOfStructureCommand, targetOf } from './structure/decide.ts';
export type { StructureState, StructureSurroundings } from './structure/decide.ts';

// Resolving
export { closeFields, compileDefinition, inDefinitionOrder } from './catalog/compile.ts';
export type { CompiledDefinition, Connection } from './catalog/compile.ts';
export { describeBadValue, isAccepted, maxValueBytes, utf8Length } from './catalog/check-value.ts';
export { isSealed, sameFieldValue, understand } from './settings/understand.ts';
export type { ReadingContext, Understood } from './settings/understand.ts';
export { lockOf, nothingAbove, resolve, resolveStep } from './settings/resolve.ts';
export type {
  DocumentPart,
  LockPart,
  LocksInForce,
  Mode,
  Part,
  Resolved,
  ScopeSettings,
  Settings,
  Slot,
} from './settings/resolve.ts';
export { frozenResult, jsonReplacer, toPlain } from './json.ts';
