import { existsSync } from 'node:fs';
import type { EventStore, ReadModel } from '@integration-settings/domain';
import type { Context, OptionLine } from './cli-command.ts';
import { CommandLineError } from './command-line-error.ts';
import { loadCatalog } from './load-catalog.ts';
import { namespaceOf, openStore, requireStore } from './open-settings.ts';
import { parseStoreAddress } from './store-address.ts';

/** The SQL read model that a command is about. */
export interface ReadModelOption {
  readonly readModel?: string;
}

export const readModelOption: OptionLine = ['--read-model <file>', 'the SQL read model in this file, not the view'];

/**
 * Opens the log that the options name and an SQL read model of it, for one piece of work. The settings are not opened: no view
 * is folded.
 *
 * @param make - whether a file that is not there is made
 * @throws CommandLineError where there is no such store, or no such file
 */
export const withReadModel = async <T>(
  file: string,
  make: boolean,
  { options }: Context,
  work: (opened: { readonly eventStore: EventStore; readonly readModel: ReadModel }) => Promise<T>,
): Promise<T> => {
  const namespace = namespaceOf(options);
  const address = parseStoreAddress(options.store);
  const catalog = await loadCatalog(options.catalog);
  requireStore(address);
  if (!make) requireReadModel(file);
  const { sqliteReadModel } = await import('@integration-settings/adapters/sqlite');
  const readModel = await sqliteReadModel({ file, catalog, namespace });
  try {
    const eventStore = await openStore(address);
    try {
      return await work({ eventStore, readModel });
    } finally {
      await eventStore.close();
    }
  } finally {
    await readModel.close();
  }
};

const requireReadModel = (file: string): void => {
  if (existsSync(file)) return;
  const rebuild = `integration-settings rebuild --read-model ${file}`;
  throw new CommandLineError(`There is no read model "${file}". Build one: ${rebuild}`, 1);
};
