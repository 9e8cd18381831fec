import { openMemorySnapshotStore } from '@integration-settings/adapters/snapshots';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import {
  type Command,
  eraseSecrets,
  type EventStore,
  isCommandRejected,
  isSuperseded,
  lockDefault,
  registerProject,
  setInstanceDefault,
  type SnapshotStore,
  StoreUnavailable,
  switchToCustom,
} from '@integration-settings/domain';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { collected } from './collected.fixture.ts';
import type { IntegrationSettings, SettingsView } from './integration-settings.ts';
import { openIntegrationSettings } from './open-integration-settings.ts';
import { randomCommand, smallTree, smallTreeIntegrations, smallTreeScopes } from './random-commands.fixture.ts';
import { admin, catalog, errorOf, given, open, shared, withChanges } from './settings.fixture.ts';
import type { Logger } from './telemetry/telemetry.ts';

/** A store of snapshots that several settings share, one after the other. */
const sharedSnapshots = (): SnapshotStore =>
  Object.assign(openMemorySnapshotStore(), { close: () => Promise.resolve() });

/** A store that counts the events it hands out of the log. */
const counting = (eventStore: EventStore) => {
  const counted = { read: 0 };
  const store = withChanges(eventStore, {
    async *readAll(options) {
      for await (const events of eventStore.readAll(options)) {
        counted.read += events.length;
        yield events;
      }
    },
  });
  return { counted, store };
};

/** A logger that keeps the warnings. */
const recordingLogger = () => {
  const warnings: string[] = [];
  const ignore = (): void => {};
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: (_, message) => void warnings.push(message),
    error: ignore,
  };
  return { warnings, logger };
};

const answersOf = (settings: SettingsView): unknown =>
  smallTreeScopes
    .filter((scope) => settings.scopes.exists(scope))
    .map((scope) => [
      scope,
      settings.scopes.path(scope),
      smallTreeIntegrations.map((integration) => [
        settings.effective(scope, integration),
        settings.own(scope, integration),
        settings.explain(scope, integration),
        settings.counts(integration),
      ]),
    ]);

let eventStore: EventStore;
let snapshots: SnapshotStore;
beforeEach(() => {
  eventStore = shared();
  snapshots = sharedSnapshots();
});

/** Opens settings on both stores, does something, and closes them, which leaves a snapshot. */
const session = async <T>(work: (settings: IntegrationSettings) => Promise<T>): Promise<T> => {
  const settings = await open({ eventStore, snapshots, keyring: 'none' });
  const result = await work(settings);
  await settings.close();
  return result;
};

const apollo = { project: 'apollo' };
const chat = (channel: string) => setInstanceDefault('chat', { channel });

describe('opening from a snapshot', () => {
  it('answers what reading the whole log gives, and goes on so, wherever it was closed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(randomCommand(), { minLength: 5, maxLength: 25 }),
        fc.nat(25),
        async (commands, stop) => {
          const keyring = Object.assign(ephemeralKeyring(), { close: () => Promise.resolve() });
          const store = shared();
          const kept = sharedSnapshots();
          const execute = async (settings: IntegrationSettings, some: readonly Command[]): Promise<void> => {
            for (const command of some) {
              await settings.execute(command, { actor: admin }).catch((error: unknown) => {
                if (!isCommandRejected(error)) throw error;
              });
            }
          };
          const first = await open({ eventStore: store, snapshots: kept, keyring });
          await execute(first, [...smallTree, ...commands.slice(0, stop)]);
          await first.close();
          const second = await open({ eventStore: store, snapshots: kept, keyring });
          await execute(second, commands.slice(stop));
          const folded = await open({ eventStore: store, keyring });
          expect(answersOf(second)).toEqual(answersOf(folded));
          expect(await second.verify()).toMatchObject({ ok: true, differences: [] });
          await second.close();
          await folded.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('reads no event that is in it', async () => {
    await session((settings) => given(settings, ...smallTree, chat('general')));
    const { counted, store } = counting(eventStore);
    const settings = await open({ eventStore: store, snapshots });
    expect(counted.read).toBe(0);
    expect(settings.effective({ project: 'p' }, 'chat').values).toEqual({ channel: 'general' });
    await given(settings, chat('later'));
    await settings.close();
    const again = await open({ eventStore: store, snapshots });
    expect(again.effective('instance', 'chat').values).toEqual({ channel: 'later' });
  });

  it('knows command ids, and what became of commands, from before', async () => {
    const commandId = '01890000-0000-7000-8000-000000000001';
    const receipt = await session((settings) => settings.execute(chat('general'), { actor: admin, commandId }));
    const settings = await open({ eventStore, snapshots });
    expect(await settings.execute(chat('general'), { actor: admin, commandId })).toEqual({
      ...receipt,
      duplicate: true,
    });
    const reused = errorOf(settings.execute(chat('other'), { actor: admin, commandId }));
    expect(await reused).toMatchObject({ reason: 'CommandIdReused' });
  });

  it('still tells who appended it that an event met another state', async () => {
    await session((settings) => given(settings, registerProject('apollo', { group: null })));
    const commandId = '01890000-0000-7000-8000-000000000002';
    const one = await open({ eventStore, snapshots: sharedSnapshots() });
    const late = withChanges(eventStore, {
      async appendToStream(...parameters) {
        await given(one, { type: 'RemoveProject', data: apollo });
        return eventStore.appendToStream(...parameters);
      },
    });
    const other = await open({ eventStore: late, snapshots });
    const command = switchToCustom(apollo, 'chat', { channel: 'mine' });
    expect(isSuperseded(await errorOf(other.execute(command, { actor: admin, commandId })))).toBe(true);
    await other.close();
    const settings = await open({ eventStore, snapshots });
    expect(isSuperseded(await errorOf(settings.execute(command, { actor: admin, commandId })))).toBe(true);
  });

  it('destroys the keys of secrets that had ended when it was written', async () => {
    const keyring = Object.assign(ephemeralKeyring(), { close: () => Promise.resolve() });
    const destroy = keyring.destroy.bind(keyring);
    Object.assign(keyring, { destroy: () => Promise.reject(new Error('The key store is away.')) });
    const first = await open({ eventStore, snapshots, keyring });
    await given(
      first,
      registerProject('apollo', { group: null }),
      switchToCustom(apollo, 'tracker', { url: 'https://one.example', token: 'hush' }),
      eraseSecrets(apollo, 'tracker'),
    );
    await first.close();
    Object.assign(keyring, { destroy });
    const settings = await open({ eventStore, snapshots, keyring });
    await settings.execute(eraseSecrets(apollo, 'tracker'), { actor: admin }); // waits for a sweep
    expect(await settings.verify()).toMatchObject({ keysLeft: 0 });
  });

  it('keeps namespaces of one store apart', async () => {
    for (const [namespace, channel] of [
      ['one', 'first'],
      ['oNe', 'second'],
    ] as const) {
      const settings = await open({ eventStore, snapshots, namespace, keyring: 'none' });
      await given(settings, chat(channel));
      await settings.close();
    }
    const { counted, store } = counting(eventStore);
    const settings = await open({ eventStore: store, snapshots, namespace: 'oNe', keyring: 'none' });
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'second' });
    expect(counted.read).toBe(0);
  });

  it('shows with another catalog what that makes of the log', async () => {
    await session((settings) => given(settings, chat('general')));
    const narrower = { definitions: { chat: { fields: { retries: { type: 'integer' } } } } } as const;
    const settings = await open({ eventStore, snapshots, catalog: { ...catalog, ...narrower } });
    expect(settings.effective('instance', 'chat').values).toEqual({});
    expect([...settings.catalogReport()]).toMatchObject([{ field: 'channel', problem: 'unknown field' }]);
  });

  it('begins later reads of the past at the nearest one, with the same answers', async () => {
    await session((settings) => given(settings, ...smallTree, chat('first')));
    await session((settings) => given(settings, chat('second'), lockDefault('instance', 'chat')));
    const { counted, store } = counting(eventStore);
    const settings = await open({ eventStore: store, snapshots });
    await given(settings, chat('third'));
    const plain = await open({ eventStore });
    for (let position = 0n; position <= settings.position; position += 1n) {
      expect(answersOf(await settings.asOf(position))).toEqual(answersOf(await plain.asOf(position)));
    }
    const reach = async (from: IntegrationSettings) =>
      Promise.all((await collected(from.audit())).map(async (entry) => [entry.position, await entry.reached()]));
    expect(await reach(settings)).toEqual(await reach(plain));
    expect(await collected(settings.diff(0n, settings.position))).toEqual(
      await collected(plain.diff(0n, settings.position)),
    );
    counted.read = 0;
    await settings.asOf(settings.position - 1n);
    expect(counted.read).toBeLessThanOrEqual(1);
  });
});

describe('what is wrong with snapshots', () => {
  it('is a warning, and the whole log is read', async () => {
    await session((settings) => given(settings, chat('general')));
    const damaged = Object.assign(sharedSnapshots(), {
      list: snapshots.list.bind(snapshots),
      async *read() {
        yield new Uint8Array([1, 2, 3]);
      },
    });
    const { warnings, logger } = recordingLogger();
    const settings = await open({ eventStore, snapshots: damaged, telemetry: { logger } });
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'general' });
    expect(warnings).toEqual([expect.stringContaining('passed over')]);
  });

  it('fails no command, and no closing, when the disk is full: one warning for each that could not be written', async () => {
    const full = Object.assign(sharedSnapshots(), {
      write: () => Promise.reject(new StoreUnavailable('The disk is full.')),
    });
    const { warnings, logger } = recordingLogger();
    const settings = await open({ eventStore, snapshots: full, telemetry: { logger } });
    await given(settings, chat('general'), chat('other'));
    await settings.close();
    expect(warnings).toEqual([expect.stringContaining('could not be written')]);
    const again = await open({ eventStore, snapshots: full });
    expect(again.effective('instance', 'chat').values).toEqual({ channel: 'other' });
  });
});

describe('closing', () => {
  it('writes a last snapshot where something came, and closes the store, whatever else cannot be closed', async () => {
    const store = openMemorySnapshotStore();
    let headers: unknown;
    const watched = Object.assign(store, {
      close: async () => {
        headers = await store.list('integrations');
      },
    });
    const settings = await openIntegrationSettings({
      eventStore: withChanges(openMemoryEventStore(), { close: () => Promise.reject(new Error('It is stuck.')) }),
      catalog,
      snapshots: watched,
    });
    const { position } = await settings.execute(chat('general'), { actor: admin });
    await expect(settings.close()).rejects.toThrow('It is stuck.');
    expect(headers).toEqual([expect.objectContaining({ name: 'integrations', position })]);
  });
});

describe('rebuilding', () => {
  it('leaves a snapshot of the view that it built', async () => {
    const settings = await open({ eventStore, snapshots });
    await given(settings, chat('general'), chat('other'));
    await settings.rebuild();
    const [newest] = await snapshots.list('integrations');
    expect(newest).toMatchObject({ position: settings.position });
  });
});
