// A host's own integrations: the definitions type the commands and reads, check the values and read the forms.
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { defineCatalog, isCommandRejected, setInstanceDefault } from '@integration-settings/domain';
import { openIntegrationSettings } from 'integration-settings';

export const catalog = defineCatalog({
  pager: {
    title: 'Pager',
    fields: {
      url: { type: 'string', format: 'url', endpoint: true, required: true },
      token: { type: 'string', secret: true, required: true },
      urgency: { type: 'string', allowedValues: ['low', 'high'] },
      teams: { type: 'string[]' },
    },
  },
});

const eventStore = openMemoryEventStore();
const settings = await openIntegrationSettings({ eventStore, catalog, keyring: ephemeralKeyring() });
const actor = { id: 'alice', administers: ['instance'] } as const;

const form = new URLSearchParams(
  'url=https://pager.example.com&token=t0ken&urgency=high&teams=ops&teams=web&active=on',
);
const { values } = catalog.parseForm('pager', form);
await settings.execute({ type: 'SetInstanceDefault', data: { integration: 'pager', values } }, { actor });
const { urgency, teams } = settings.effective('instance', 'pager').values; // 'low' | 'high' | undefined, …
console.log(urgency, teams); // high [ 'ops', 'web' ]

await settings
  .execute(setInstanceDefault('pager', { url: 'nowhere', token: null }), { actor })
  .catch((error: unknown) => {
    if (isCommandRejected(error)) for (const { field, message } of error.issues) console.log(field, message); // every fault
  });
await settings.close();
