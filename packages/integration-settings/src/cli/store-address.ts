import { usageError } from './command-line-error.ts';

/** Where the events are. */
export type StoreAddress =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'eventstoredb'; readonly connectionString: string };

/** Reads what `--store`, or another option, was given. What it refuses is not repeated: a connection string has a password in it. */
export const parseStoreAddress = (text: string, option = '--store'): StoreAddress => {
  if (/^esdb(\+discover)?:\/\//.test(text)) return { kind: 'eventstoredb', connectionString: text };
  const file = /^sqlite:(.+)$/s.exec(text)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  throw usageError(`${option} is neither sqlite:FILE nor esdb://HOST:PORT.`);
};

/** The key file of a store, where none is named: beside a SQLite file, else in the current folder. */
export const defaultKeyFile = (address: StoreAddress): string =>
  address.kind === 'sqlite' ? `${address.file}.key` : 'integration-settings.key';
