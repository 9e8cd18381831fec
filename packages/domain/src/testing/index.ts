export { specFor } from './spec-for.ts';
export type { Decided, Given } from './spec-for.ts';
export {
  historyOf,
  prepareForSpec,
  readingContextFor,
  secretMarkOf,
  secretOf,
  settingsDeciderFor,
} from './settings-decider.ts';
export type { SpecSurroundings } from './settings-decider.ts';
