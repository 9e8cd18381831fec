// What a host writes against all 55 integrations; compile-cost.test.ts counts what the compiler does for it.
import type { CommandOf } from '../commands-of.ts';
import type { Command } from '../commands.ts';
import { setInstanceDefault, switchToCustom } from '../create-settings-commands.ts';
import type { Catalog, FieldValue } from './definition.ts';
import type { gitlabCatalog } from './gitlab-catalog.ts';
import type { CatalogOf, ReadOf, SlugOf } from './values-of.ts';

type Gitlab = typeof gitlabCatalog;

interface Read {
  readonly integration: string;
  readonly values: Readonly<Record<string, FieldValue>>;
}
interface Host<C extends Catalog = Catalog> {
  readonly catalog: CatalogOf<C>;
  execute(command: CommandOf<C>): void;
  effective<I extends SlugOf<C>>(integration: I): ReadOf<C, I, Read>;
  effectiveAll(): readonly ReadOf<C, SlugOf<C>, Read>[];
}

export const anyHost = (host: Host<Gitlab>): Host => host;
export const anyCommand = (command: CommandOf<Gitlab>): Command => command;
export const anyRead = (read: ReadOf<Gitlab, SlugOf<Gitlab>, Read>): Read => read;

export const use = (host: Host<Gitlab>): string | undefined => {
  host.execute(setInstanceDefault('jira', { url: 'https://jira.example', jira_auth_type: 0, project_keys: ['A'] }));
  host.execute(switchToCustom({ project: '42' }, 'slack', { branches_to_be_notified: 'all' }, { active: false }));
  host.execute({ type: 'OverrideFields', data: { group: '7', integration: 'discord', values: { push_events: null } } });
  for (const settings of host.effectiveAll()) {
    if (settings.integration === 'harbor') return settings.values.url;
  }
  return host.effective('jira').values.url;
};
