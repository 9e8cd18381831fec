import { inspect } from 'node:util';
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  type Catalog,
  type Command,
  type CommandRejected,
  defineCatalog,
  type EventStore,
  isCommandRejected,
  isIntegrationSettingsError,
  type RecordedEvent,
  type SecretKeyring,
} from '@integration-settings/domain';
import { expect, onTestFinished } from 'vitest';
import type { Actor } from './authorization.ts';
import type { CommandOptions, IntegrationSettings } from './integration-settings.ts';
import { openIntegrationSettings, type OpenOptions } from './open-integration-settings.ts';

/** Few integrations, one of each kind: no secret, a connection, an address that is a secret, one for the instance only. */
export const catalog = defineCatalog({
  chat: {
    fields: {
      channel: { type: 'string', required: true },
      notify: { type: 'string', allowedValues: ['all', 'none'] },
      retries: { type: 'integer' },
      labels: { type: 'string[]' },
      loud: { type: 'boolean' },
    },
  },
  tracker: {
    fields: {
      url: { type: 'string', format: 'url', endpoint: true, required: true },
      token: { type: 'string', secret: true, required: true },
      board: { type: 'string' },
    },
  },
  hook: { fields: { address: { type: 'string', format: 'url', secret: true, endpoint: true, required: true } } },
  central: { levels: ['instance'], fields: { name: { type: 'string' } } },
});

/** The instance administrator. */
export const admin: Actor = { id: 'admin', administers: ['instance'] };
export const as = (id: string, ...administers: Actor['administers']): Actor => ({ id, administers });

/** A store that several settings share: nobody closes it. */
export const shared = (eventStore: EventStore = openMemoryEventStore()): EventStore =>
  withChanges(eventStore, { close: () => Promise.resolve() });

/** A store with some of its methods replaced. */
export const withChanges = (eventStore: EventStore, changes: Partial<EventStore>): EventStore => ({
  appendToStream: (...given) => eventStore.appendToStream(...given),
  readStream: (...given) => eventStore.readStream(...given),
  readAll: (...given) => eventStore.readAll(...given),
  subscribeToAll: (...given) => eventStore.subscribeToAll(...given),
  close: () => eventStore.close(),
  ...changes,
});

/** Settings known at run time only, so that a test may also give what no type allows; closed when the test has finished. */
export const open = async ({
  keyring = ephemeralKeyring(),
  ...options
}: Omit<Partial<OpenOptions<Catalog>>, 'keyring'> & {
  readonly keyring?: SecretKeyring | 'none';
} = {}): Promise<IntegrationSettings> => {
  const settings = await openIntegrationSettings<Catalog>({
    eventStore: openMemoryEventStore(),
    catalog,
    ...(keyring === 'none' ? {} : { keyring }),
    ...options,
  });
  onTestFinished(() => settings.close());
  return settings;
};

/** Executes commands one after the other as the instance administrator. */
export const given = async (settings: IntegrationSettings, ...commands: readonly Command[]): Promise<void> => {
  for (const command of commands) await settings.execute(command, { actor: admin });
};

/** What a promise that must be rejected is rejected with. */
export const errorOf = async (promise: Promise<unknown>): Promise<unknown> => {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`It was not refused, but gave ${inspect(result)}.`);
};

/** Why something was refused: the reason of a rejection, the code of any other error of ours. */
export const reasonOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await errorOf(promise);
  if (isCommandRejected(error)) return error.reason;
  if (isIntegrationSettingsError(error)) return error.code;
  throw error;
};

/** Executes what must be refused, by the instance administrator unless another is named, and says why it was. */
export const refusal = (
  settings: IntegrationSettings,
  command: unknown,
  options: Partial<CommandOptions> = {},
): Promise<string> => reasonOf(settings.execute(command as Command, { actor: admin, ...options }));

/** Executes what must be rejected. */
export const rejection = async (
  settings: IntegrationSettings,
  command: unknown,
  options: Partial<CommandOptions> = {},
): Promise<CommandRejected> => {
  const error = await errorOf(settings.execute(command as Command, { actor: admin, ...options }));
  if (isCommandRejected(error)) return error;
  throw error;
};

/** Everything in a store, in its order. */
export const logOf = async (eventStore: EventStore): Promise<readonly RecordedEvent[]> => {
  const log: RecordedEvent[] = [];
  for await (const events of eventStore.readAll()) log.push(...events);
  return log;
};

/** Runs something that must append nothing. */
export const expectNothingStored = async (eventStore: EventStore, work: () => Promise<unknown>): Promise<void> => {
  const before = await logOf(eventStore);
  await work();
  expect(await logOf(eventStore)).toEqual(before);
};
