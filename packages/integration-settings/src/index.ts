// Opening
export { openIntegrationSettings } from './open-integration-settings.ts';
export type { OpenOptions } from './open-integration-settings.ts';
export type { IntegrationSettings, ScopeReads, SettingsView } from './integration-settings.ts';

// Telemetry
export type {
  Attributes,
  Counter,
  Histogram,
  Logger,
  Meter,
  MetricOptions,
  ObservableGauge,
  Observe,
  Span,
  Telemetry,
  Tracer,
} from './telemetry/telemetry.ts';

// Reading
export type { EffectiveSettings, OwnSettings } from './integration-settings.ts';
export type { Mode, SecretKeyring } from '@integration-settings/domain';
export type {
  CatalogFinding,
  CatalogProblem,
  CausedBy as Cause,
  ChildRow,
  Counts,
  ExplainedField,
  Explanation,
  OverrideRow,
  Page,
  Patch,
  SettingsChange,
  Status,
  ValueAt,
} from '@integration-settings/projections';
export { jsonReplacer } from '@integration-settings/domain';

// The past
export type { AuditOptions, TimelineEntry } from './integration-settings.ts';
export type { AuditEntry, Moment } from '@integration-settings/projections';

// Operating
export type { UpkeepOptions } from './integration-settings.ts';
export type { Progress, RebuildReport, VerifyReport } from '@integration-settings/projections';

// Projections of one's own, and read models
export {
  defineProjection,
  loadProjection,
  rebuildProjection,
  rebuildReadModel,
  runProjection,
  runReadModel,
  verifyProjection,
  verifyReadModel,
} from '@integration-settings/projections';
export type {
  ProjectedEvent,
  Projection,
  ProjectionOptions,
  ReadModelProgress,
  ReadModelVerification,
  RebuildOptions,
  RunOptions,
} from '@integration-settings/projections';

// Commanding
export type { CommandReceipt } from '@integration-settings/domain';
export type {
  CommandOptions,
  ExecuteManyOptions,
  Impact,
  Outcome,
  ReconcileOptions,
  ReconcileReport,
  TreeEntry,
} from './integration-settings.ts';

// Authorization
export { allowAll, deliveryActor, standardAuthorization } from './authorization.ts';
export type { Actor, AuthorizationRequest, Authorize } from './authorization.ts';
