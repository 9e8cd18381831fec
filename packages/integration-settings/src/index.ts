// Opening
export { openIntegrationSettings } from './open-integration-settings.ts';
export type { OpenOptions } from './open-integration-settings.ts';
export type {
  CommandOptions,
  EffectiveSettings,
  ExecuteManyOptions,
  Impact,
  IntegrationSettings,
  Outcome,
  OwnSettings,
  ReconcileOptions,
  ReconcileReport,
  ScopeReads,
  SettingsView,
  TreeEntry,
} from './integration-settings.ts';

// Authorization
export { allowAll, deliveryActor, standardAuthorization } from './authorization.ts';
export type { Actor, AuthorizationRequest, Authorize } from './authorization.ts';
