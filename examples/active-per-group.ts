// A projection of one's own: how many integrations each group has switched on by itself, kept beside the log.
import { openMemoryEventStore, openMemoryReadModelStore } from '@integration-settings/adapters/memory';
import { registerGroup, resetGroupDefault, setGroupDefault } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { defineProjection, loadProjection, openIntegrationSettings, runProjection } from 'integration-settings';

const noGroups: Readonly<Record<string, readonly string[]>> = {};

/** By group, the integrations that are switched on there. */
export const activePerGroup = defineProjection({
  name: 'active-per-group',
  version: 1, // another evolve is another version: it starts anew beside the old one
  handles: [
    'GroupDefaultSet',
    'GroupDefaultChanged',
    'GroupDefaultReset',
    'FieldsOverridden',
    'FieldsInherited',
    'SwitchedToInherited',
    'GroupRemoved',
  ],
  initialState: noGroups,
  evolve: (draft, { type, data }) => {
    const { group } = data;
    if (group === undefined) return; // of a project
    if (type === 'GroupRemoved') {
      delete draft[group];
      return;
    }
    const isGivenBack = type === 'FieldsInherited' && data.fields.includes('active');
    const isReset = type === 'GroupDefaultReset' || type === 'SwitchedToInherited';
    const active = 'active' in data ? data.active : isReset || isGivenBack ? false : undefined;
    if (active === undefined) return; // as it was
    const others = (draft[group] ?? []).filter((integration) => integration !== data.integration);
    draft[group] = active ? [...others, data.integration] : others;
  },
});

const [eventStore, store] = [openMemoryEventStore(), openMemoryReadModelStore()];
const settings = await openIntegrationSettings({ eventStore, catalog: gitlabCatalog });
const actor = { id: 'alice', administers: ['instance'] } as const;
const workspace = { workspace_url: 'https://linear.app/apollo' };
await settings.execute(registerGroup('web', { parent: null }), { actor });
await settings.execute(registerGroup('ops', { parent: null }), { actor });
await settings.execute(setGroupDefault('web', 'linear', workspace), { actor });
await settings.execute(setGroupDefault('web', 'youtrack', {}, { active: false }), { actor });
await settings.execute(setGroupDefault('ops', 'linear', workspace), { actor });

const print = async () => {
  await runProjection({ eventStore, projection: activePerGroup, store, follow: false });
  const { state } = await loadProjection({ projection: activePerGroup, store });
  for (const [group, active] of Object.entries(state)) console.log(group, active.length);
};
await print(); // web 1, ops 1
await settings.execute(resetGroupDefault('ops', 'linear'), { actor });
await print(); // it reads on where it was: web 1, ops 0
await settings.close();
