import { ephemeralKeyring } from '@integration-settings/adapters/keyring';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { registerProject, setInstanceDefault } from '@integration-settings/domain';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { admin, catalog, given, open, reasonOf, shared, withChanges } from './settings.fixture.ts';
import { openIntegrationSettings } from './open-integration-settings.ts';

const channel = (name: string) => setInstanceDefault('chat', { channel: name });

it('finishes what runs', async () => {
  const eventStore = shared();
  const appending = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const settings = await open({
    eventStore: withChanges(eventStore, {
      appendToStream: async (...all) => {
        begun.resolve();
        await appending.promise;
        return eventStore.appendToStream(...all);
      },
    }),
  });
  const executing = [channel('a'), channel('b')].map((command) => settings.execute(command, { actor: admin }));
  const reconciling = settings.reconcile([{ project: 'apollo', parent: null }], { actor: admin });
  await begun.promise;
  const closing = settings.close();
  expect(await reasonOf(settings.execute(channel('c'), { actor: admin }))).toBe('CLOSED');
  appending.resolve();
  expect(await Promise.all(executing)).toMatchObject([
    { revision: 0n, visible: true },
    { revision: 1n, visible: true },
  ]);
  expect(await reconciling).toMatchObject({ registered: 1, failed: [] });
  await closing;
});

it('makes every call throw Closed, and ends what is watched', async () => {
  const settings = await open();
  await given(settings, registerProject('apollo', { group: null }), channel('a'));
  const impact = await settings.preview(channel('b'), { actor: admin });
  const { scopes } = settings;
  const instance = 'instance' as const;
  const watched = lastValueFrom(settings.watch({ project: 'apollo' }, 'chat').pipe(toArray()));
  const changes = lastValueFrom(settings.changes$.pipe(toArray()));
  const states = lastValueFrom(settings.status$.pipe(toArray()));
  await settings.close();
  expect(await watched).toMatchObject([{ values: { channel: 'a' } }]);
  expect(await changes).toEqual([]);
  expect((await states).at(-1)).toMatchObject({ state: 'live' });
  const closed = expect.objectContaining({ code: 'CLOSED' }) as Error;
  const sync: readonly (() => unknown)[] = [
    () => settings.position,
    () => settings.effective(instance, 'chat'),
    () => settings.effectiveAll(instance),
    () => settings.own(instance, 'chat'),
    () => settings.overrides('chat'),
    () => settings.counts('chat'),
    () => settings.scopes,
    () => scopes.exists(instance),
    () => settings.catalogReport(),
    () => settings.watch(instance, 'chat'),
    () => settings.changes$,
    () => settings.status$,
    () => impact.sample(1),
    () => impact.projects(),
  ];
  for (const call of sync) expect(call, String(call)).toThrow(closed);
  const calls: readonly (() => Promise<unknown>)[] = [
    () => settings.explain(instance, 'chat'),
    () => settings.execute(channel('b'), { actor: admin }),
    () => settings.executeMany([], { actor: admin, batchId: 'b' })[Symbol.asyncIterator]().next(),
    () => settings.reconcile([], { actor: admin }),
    () => settings.preview(channel('b'), { actor: admin }),
    () => settings.reveal(instance, 'chat', { actor: admin, purpose: 'test' }),
    () => settings.waitFor(0n),
    () => scopes.find('a'),
  ];
  for (const call of calls) expect(await reasonOf(call()), String(call)).toBe('CLOSED');
});

it('closes the store and the keyring once, by whatever name it is called', async () => {
  const closed: string[] = [];
  const eventStore = openMemoryEventStore();
  const keyring = ephemeralKeyring();
  const closeKeyring = keyring.close.bind(keyring);
  keyring.close = () => {
    closed.push('keyring');
    return closeKeyring();
  };
  {
    await using settings = await openIntegrationSettings({
      eventStore: withChanges(eventStore, {
        close: () => {
          closed.push('store');
          return eventStore.close();
        },
      }),
      catalog,
      keyring,
    });
    await Promise.all([settings.close(), settings.close()]);
  }
  expect(closed).toEqual(['store', 'keyring']);
});

it('closes the keyring also where the store cannot be closed', async () => {
  let isClosed = false;
  const keyring = ephemeralKeyring();
  keyring.close = () => {
    isClosed = true;
    return Promise.resolve();
  };
  const eventStore = withChanges(openMemoryEventStore(), {
    close: () => Promise.reject(new Error('The disk is gone.')),
  });
  const settings = await openIntegrationSettings({ eventStore, catalog, keyring });
  await expect(settings.close()).rejects.toThrow('The disk is gone.');
  expect(isClosed).toBe(true);
});
