import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import type { EffectiveSettings, IntegrationSettings } from 'integration-settings';
import { administrator } from './administrator.ts';
import { integration, type Step } from './walk.ts';

/** What a step did. */
export interface StepReport {
  readonly name: string;
  readonly command: string;
  /** Projects that have other settings than before. */
  readonly affected: number;
  /** The other projects that the command could have reached. */
  readonly unaffected: number;
  /** Until the next read showed it. */
  readonly milliseconds: number;
}

/** One project of a step, before and after it. */
export interface Comparison {
  readonly project: string;
  readonly before: EffectiveSettings;
  readonly after: EffectiveSettings;
}

type Settings = IntegrationSettings<typeof gitlabCatalog>;

/**
 * Previews the commands of a step, executes them, and counts what then changed among all projects.
 *
 * @throws Error where that is not what the preview said
 */
export const runStep = async (
  settings: Settings,
  { name, commands, project }: Step,
  projects: readonly string[],
): Promise<{ readonly report: StepReport; readonly comparison: Comparison }> => {
  const { affected, unaffected } = await preview(settings, commands);
  const before = readAll(settings, projects);
  const shownBefore = settings.effective({ project }, integration);
  const start = performance.now();
  await execute(settings, commands);
  const milliseconds = performance.now() - start;
  const after = readAll(settings, projects);
  const changed = before.filter((one, index) => differ(one, after[index])).length;
  if (changed !== affected) throw new Error(`"${name}": the preview said ${affected}, but ${changed} changed.`);
  const comparison = { project, before: shownBefore, after: settings.effective({ project }, integration) };
  return { report: { name, command: commands[0].type, affected, unaffected, milliseconds }, comparison };
};

const preview = async (
  settings: Settings,
  commands: Step['commands'],
): Promise<Pick<StepReport, 'affected' | 'unaffected'>> => {
  const sums = { affected: 0, unaffected: 0 };
  for (const command of commands) {
    const impact = await settings.preview(command, { actor: administrator });
    sums.affected += impact.affected;
    for (const count of Object.values(impact.unaffected)) sums.unaffected += count;
  }
  return sums;
};

const execute = async (settings: Settings, commands: Step['commands']): Promise<void> => {
  const options = { actor: administrator, batchId: randomUUID() };
  for await (const outcome of settings.executeMany(commands, options)) if ('error' in outcome) throw outcome.error;
};

const readAll = (settings: IntegrationSettings, projects: readonly string[]): readonly EffectiveSettings[] =>
  projects.map((project) => settings.effective({ project }, integration));

/** Projects that share settings share the object, so most pairs are told apart, or not, by their identity. */
const differ = (one: EffectiveSettings, other: EffectiveSettings | undefined): boolean =>
  one !== other && (one.active !== other?.active || !isDeepStrictEqual(one.values, other.values));
