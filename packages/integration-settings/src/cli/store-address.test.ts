import { expect, it } from 'vitest';
import { defaultKeyFile, parseStoreAddress } from './store-address.ts';

it('tells SQLite files from EventStoreDB', () => {
  expect(parseStoreAddress('sqlite:a:b.db')).toEqual({ kind: 'sqlite', file: 'a:b.db' });
  const connectionString = 'esdb+discover://admin:secret@host:2113?tls=false';
  expect(parseStoreAddress(connectionString)).toEqual({ kind: 'eventstoredb', connectionString });
});

it.each(['', 'sqlite:', 'settings.db', 'http://admin:hunter2@host'])('refuses %j without repeating it', (text) => {
  expect(() => parseStoreAddress(text)).toThrow(/^--store is neither sqlite:FILE nor esdb:\/\/HOST:PORT\.$/);
});

it('expects the key file beside a SQLite file', () => {
  expect(defaultKeyFile({ kind: 'sqlite', file: '/data/a.db' })).toBe('/data/a.db.key');
  expect(defaultKeyFile({ kind: 'eventstoredb', connectionString: 'esdb://host' })).toBe('integration-settings.key');
});
