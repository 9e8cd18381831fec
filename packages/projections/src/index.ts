// Read model
export { EffectiveSettingsView } from './effective-settings/view.ts';
export type { Effect, IntegrationSlice, ReadableSlice } from './effective-settings/view.ts';
export { idNamespace } from './effective-settings/integration-view.ts';
export type { IntegrationView } from './effective-settings/integration-view.ts';
export { readEvent } from './effective-settings/read-event.ts';
export type { ReadEvent } from './effective-settings/read-event.ts';
export type {
  AuditEntry,
  CatalogFinding,
  CatalogProblem,
  CausedBy,
  Counts,
  EffectiveSettings,
  ExplainedField,
  Explanation,
  OverrideRow,
  OwnSettings,
  Page,
  Patch,
  Progress,
  RebuildReport,
  Sampled,
  SettingsChange,
  Status,
  TimelineEntry,
  Unaffected,
  ValueAt,
  VerifyReport,
} from './read-model.ts';

// Questions
export { catalogReport } from './effective-settings/catalog-report.ts';
export { explain } from './effective-settings/explain.ts';
export { counts, effective, effectiveAll, numberOf, overrides, own, sliceOf } from './effective-settings/queries.ts';
export { ScopeQueries } from './effective-settings/scope-queries.ts';
export type { ChildRow, ViewFor } from './effective-settings/scope-queries.ts';

// The past
export { diff } from './audit/diff.ts';
export type { DiffOptions } from './audit/diff.ts';
export { Audit } from './audit/audit.ts';
export type { AuditFilter } from './audit/audit.ts';
export { parseMoment, positionOf } from './audit/moment.ts';
export type { Moment, Past } from './audit/moment.ts';
export { viewAt } from './audit/replay.ts';
export { viewOfScopeAt } from './audit/scope-log.ts';
export { StreamMemory } from './audit/stream-memory.ts';
export { timeline } from './audit/timeline.ts';

// Snapshots
export { foldVersion } from './snapshots/format.ts';
export { SnapshotWriter } from './snapshots/snapshot-writer.ts';
export { Snapshots } from './snapshots/snapshots.ts';
export type { SnapshotsOptions, Warn } from './snapshots/snapshots.ts';

// Rebuilding
export { rebuild } from './rebuild/rebuild.ts';
export { verify } from './rebuild/verify.ts';
export type { FoldOptions } from './rebuild/second-fold.ts';

// Projections of one's own, and read models in general
export { defineProjection, loadProjection } from './projection.ts';
export type { ProjectedEvent, Projection } from './projection.ts';
export { rebuildProjection, runProjection, verifyProjection } from './read-models/run-projection.ts';
export type { ProjectionOptions } from './read-models/projection-read-model.ts';
export { rebuildReadModel } from './read-models/rebuild-read-model.ts';
export type { RebuildOptions } from './read-models/build-beside.ts';
export { runReadModel } from './read-models/run-read-model.ts';
export type { RunOptions } from './read-models/run-read-model.ts';
export { verifyReadModel } from './read-models/verify-read-model.ts';
export type { ReadModelVerification } from './read-models/verify-read-model.ts';
export type { ReadModelProgress } from './read-models/progress-meter.ts';

// Impact
export { Alternative } from './effective-settings/alternative.ts';
export type { Difference } from './effective-settings/alternative.ts';
export { affectedProjects, countImpact, sameOutcome, sampled } from './effective-settings/impact.ts';
export type { Comparison, ImpactCount } from './effective-settings/impact.ts';

// Live
export { LiveView } from './live/live-view.ts';
export type { LiveViewOptions } from './live/live-view.ts';
export { maskedData, maskedEvent } from './live/masked-event.ts';
export { sameSettings } from './live/watchers.ts';
export { slicesWithSettings } from './live/settings-change.ts';
