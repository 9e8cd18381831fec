// Scopes
export { describeBadName, groupOrInstance, idOf, isScopeId, isScopeRef, levelOf, sameScope, scopeKey, scopeOf } from './scope.ts';
export type { Level, ScopeRef } from './scope.ts';
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
  SecretErased,
  SecretsNotConfigured,
  StoreCorrupted,
  StoreNewer,
  StoreUnavailable,
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
  isSecretErased,
  isSecretsNotConfigured,
  isStoreCorrupted,
  isStoreNewer,
  isStoreUnavailable,
  isTimedOut,
  isTooManyRemovals,
  isUnknownIntegration,
  isUnknownScope,
} from './errors.ts';
export type { Issue, RejectionReason } from './errors.ts';
