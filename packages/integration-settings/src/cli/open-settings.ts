import { existsSync } from 'node:fs';
import type * as EventStoreDbAdapter from '@integration-settings/adapters/eventstoredb';
import { type EventStore, isNamespace, type SecretKeyring } from '@integration-settings/domain';
import { allowAll } from '../authorization.ts';
import type { IntegrationSettings } from '../integration-settings.ts';
import { openIntegrationSettings } from '../open-integration-settings.ts';
import { CommandLineError, usageError } from './command-line-error.ts';
import type { GlobalOptions } from './global-options.ts';
import { loadCatalog } from './load-catalog.ts';
import { defaultKeyFile, parseStoreAddress, type StoreAddress } from './store-address.ts';

/**
 * Opens the settings of a store that is there; the caller closes them. Whoever has the files may do everything.
 *
 * Without a key file, commands and reads that need no secret's text work all the same.
 *
 * @throws CommandLineError where there is no such store, module or driver
 */
export const openSettings = async (options: GlobalOptions): Promise<IntegrationSettings> => {
  const namespace = namespaceOf(options);
  const address = parseStoreAddress(options.store);
  const catalog = await loadCatalog(options.catalog);
  requireStore(address);
  const keyring = await openKeyring(options.keyFile, address);
  try {
    const eventStore = await openStore(address);
    return await openIntegrationSettings({
      eventStore,
      catalog,
      namespace,
      authorize: allowAll,
      ...(keyring === undefined ? {} : { keyring }),
    });
  } catch (error) {
    await keyring?.close();
    throw error;
  }
};

/** Opens the settings that the options name for one piece of work, and closes them after it, whatever came of it. */
export const withSettings = async <T>(
  options: GlobalOptions,
  work: (settings: IntegrationSettings) => Promise<T> | T,
): Promise<T> => {
  const settings = await openSettings(options);
  try {
    return await work(settings);
  } finally {
    await settings.close();
  }
};

/** The namespace that the options name. @throws CommandLineError */
export const namespaceOf = ({ namespace }: GlobalOptions): string => {
  if (isNamespace(namespace)) return namespace;
  throw usageError('--namespace is not a letter followed by at most 31 letters or digits.');
};

/** @throws CommandLineError where there is no such file; whether a server is there, opening it will tell */
export const requireStore = (address: StoreAddress): void => {
  if (address.kind !== 'sqlite' || existsSync(address.file)) return;
  const init = `integration-settings init --store sqlite:${address.file}`;
  throw new CommandLineError(`There is no store "${address.file}". Create one: ${init}`, 1);
};

/** Opens the events; a SQLite file that is not there is made. */
export const openStore = async (address: StoreAddress): Promise<EventStore> => {
  if (address.kind === 'sqlite') {
    const { openSqliteEventStore } = await import('@integration-settings/adapters/sqlite');
    return openSqliteEventStore({ file: address.file });
  }
  const { openEventStoreDb } = await importEventStoreDb();
  return openEventStoreDb({ connectionString: address.connectionString });
};

const openKeyring = async (given: string | undefined, address: StoreAddress): Promise<SecretKeyring | undefined> => {
  const file = given ?? defaultKeyFile(address);
  if (given === undefined && !existsSync(file)) return undefined;
  const { keyringFromFile } = await import('@integration-settings/adapters/keyring');
  return keyringFromFile(file);
};

const importEventStoreDb = async (): Promise<typeof EventStoreDbAdapter> => {
  try {
    return await import('@integration-settings/adapters/eventstoredb');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const drivers = '@eventstore/db-client @grpc/grpc-js';
    throw new CommandLineError(`Stores at esdb:// need their driver. Install it: npm install ${drivers}`, 1, {
      cause: error,
    });
  }
};
