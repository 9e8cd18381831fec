// First steps: a host opens settings in its own process, commands, and reads what holds.
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { registerProject, setInstanceDefault, switchToCustom } from '@integration-settings/domain';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { openIntegrationSettings } from 'integration-settings';

const settings = await openIntegrationSettings({
  eventStore: openMemoryEventStore(),
  catalog: gitlabCatalog,
  keyring: ephemeralKeyring(),
});
const actor = { id: 'alice', administers: ['instance'] } as const;
const apollo = { project: 'apollo' };

await settings.execute(registerProject('apollo', { group: null }), { actor });
await settings.execute(setInstanceDefault('jira', { url: 'https://jira.example.com', password: 's3cret' }), { actor });
console.log(settings.effective(apollo, 'jira').values); // { url: 'https://jira.example.com', password: ******** }

const custom = switchToCustom(apollo, 'jira', { jira_issue_prefix: 'APOLLO-' });
console.log((await settings.preview(custom, { actor })).affected); // 1
await settings.execute(custom, { actor, reason: 'its own prefix' });
const { jira_issue_prefix: prefix } = (await settings.explain(apollo, 'jira')).fields;
console.log(prefix?.value, prefix?.source, prefix?.setBy, prefix?.reason); // APOLLO- { project: 'apollo' } alice its own prefix

const { secrets } = await settings.reveal(apollo, 'jira', { actor, purpose: 'calling Jira' });
console.log(Object.keys(secrets)); // [ 'password' ]
await settings.close();
