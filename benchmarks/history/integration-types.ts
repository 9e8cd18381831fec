import type { IntegrationDefinition } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { instanceDefaults, moreInstanceDefaults, onlyBelow, popular } from './assumptions.ts';
import type { Random } from './random.ts';

/** The integrations that a history uses; deeds number them by their place here. */
export const integrationTypes: readonly string[] = [
  ...instanceDefaults.map(({ integration }) => integration),
  ...moreInstanceDefaults.map(({ integration }) => integration),
  ...onlyBelow,
];

export const definitions: Readonly<Record<string, IntegrationDefinition>> = gitlabCatalog.definitions;

export const definitionOf = (integration: string): IntegrationDefinition => definitions[integration]!;

const settableBy = (level: 'group' | 'project'): readonly string[] =>
  integrationTypes.filter((integration) => definitionOf(integration).levels?.includes(level) ?? true);
const settable = { group: settableBy('group'), project: settableBy('project') };

/** Different integrations that can be set at a level, as numbers; the popular ones have their share. */
export const pickTypes = (level: 'group' | 'project', count: number, random: Random): readonly number[] => {
  const picked = new Set<number>();
  while (picked.size < count) {
    const list = random.chance(popular.share) ? popular.integrations : settable[level];
    picked.add(integrationTypes.indexOf(random.pick<string>(list)));
  }
  return [...picked];
};
