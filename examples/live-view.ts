// A page that shows settings as they are: the store of a UI library, which asks again whenever it is told of a change.
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { registerProject, setInstanceDefault } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';

const settings = await openIntegrationSettings({ eventStore: openMemoryEventStore(), catalog: gitlabCatalog });
const actor = { id: 'alice', administers: ['instance'] } as const;
const apollo = { project: 'apollo' };
await settings.execute(registerProject('apollo', { group: null }), { actor });

/** What React's useSyncExternalStore takes: the same object comes back until something changed, so nothing renders in vain. */
const store = {
  getSnapshot: () => settings.effective(apollo, 'linear'),
  subscribe: (changed: () => void) => {
    const subscription = settings.watch(apollo, 'linear').subscribe(changed);
    return () => subscription.unsubscribe();
  },
};

const stop = store.subscribe(() => console.log(store.getSnapshot().mode, store.getSnapshot().values));
await settings.execute(setInstanceDefault('linear', { workspace_url: 'https://linear.app/apollo' }), { actor });
await settings.execute(setInstanceDefault('linear', { workspace_url: 'https://linear.app/artemis' }), { actor });
console.log(store.getSnapshot() === store.getSnapshot()); // true
stop();
await settings.close();
