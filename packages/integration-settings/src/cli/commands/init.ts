import { existsSync } from 'node:fs';
import type { CliCommand } from '../cli-command.ts';
import { openSettings, openStore } from '../open-settings.ts';
import { defaultKeyFile, parseStoreAddress } from '../store-address.ts';

/** Makes a store and the key file that its secrets need; what is there already stays. */
export const init: CliCommand = {
  name: 'init',
  summary: 'create a store and the key file for its secrets',
  details: 'What is there already is left as it is.',
  examples: ['init', 'init --store sqlite:settings.sqlite --key-file /secure/settings.key'],
  async run({ terminal, options }) {
    const address = parseStoreAddress(options.store);
    const keyFile = options.keyFile ?? defaultKeyFile(address);
    const hasKeyFile = existsSync(keyFile);
    const eventStore = await openStore(address);
    await eventStore.close();
    const { keyringFromFile } = await import('@integration-settings/adapters/keyring');
    const keyring = await keyringFromFile(keyFile, { create: true });
    await keyring.close();
    const settings = await openSettings({ ...options, keyFile });
    const { position } = settings;
    await settings.close();
    const store = address.kind === 'sqlite' ? address.file : 'EventStoreDB';
    if (options.json === true) return terminal.printJson({ store, keyFile, position });
    terminal.print(`Store     ${store}${position < 0n ? ', empty' : `, at position ${position}`}`);
    terminal.print(`Key file  ${keyFile}${hasKeyFile ? ', as it was' : ', new'}; data keys in ${keyFile}.keys.sqlite`);
    terminal.print(
      '\nKeep copies of both key files apart from copies of the store: without them no secret can be read.',
    );
    terminal.print('Next: integration-settings import TREE, or integration-settings register group/ID instance');
  },
};
