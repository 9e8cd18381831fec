import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ReadModelStore, SavedReadModel } from '@integration-settings/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../sqlite/temporary-folder.fixture.ts';
import { openMemoryReadModelStore } from './memory-read-model-store.ts';
import { openSqliteReadModelStore } from './sqlite-read-model-store.ts';

const folder = temporaryFolder();
const newFile = (): string => join(folder(), `${randomUUID()}.db`);
const stores = {
  memory: async () => openMemoryReadModelStore(),
  sqlite: () => openSqliteReadModelStore({ file: newFile() }),
};

const key = { namespace: 'integrations', name: 'counts', version: 1 };
const saved = (generation: number, checkpoint: bigint, state: unknown = {}): SavedReadModel => ({
  generation,
  checkpoint,
  state,
});

describe.each(['memory', 'sqlite'] as const)('the %s read model store', (kind) => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await stores[kind]();
  });
  afterEach(() => store.close());

  it('gives back what was saved, frozen, and nobody else has it', async () => {
    const state = { list: ['é\u0000'], nested: { is: null, at: 0.5 } };
    expect(await store.save(key, 'current', saved(1, 2n ** 62n, state))).toBe(true);
    state.list.push('later');
    const loaded = await store.load(key, 'current');
    expect(loaded).toEqual(saved(1, 2n ** 62n, { list: ['é\u0000'], nested: { is: null, at: 0.5 } }));
    expect(Object.isFrozen((loaded!.state as typeof state).nested)).toBe(true);
  });

  it('keeps versions, names, namespaces and slots apart', async () => {
    await store.save(key, 'current', saved(1, 1n));
    expect(await store.load(key, 'next')).toBeUndefined();
    expect(await store.load({ ...key, version: 2 }, 'current')).toBeUndefined();
    expect(await store.load({ ...key, name: 'others' }, 'current')).toBeUndefined();
    expect(await store.load({ ...key, namespace: 'others' }, 'current')).toBeUndefined();
  });

  it('passes over a save that is behind, and refuses one of another generation', async () => {
    await store.save(key, 'current', saved(1, 5n, { at: 5 }));
    expect(await store.save(key, 'current', saved(1, 4n, { at: 4 }))).toBe(true);
    expect(await store.save(key, 'current', saved(2, 6n, { at: 6 }))).toBe(false);
    expect(await store.load(key, 'current')).toEqual(saved(1, 5n, { at: 5 }));
  });

  it('puts what was built in the place of what holds, unless that has gone further', async () => {
    expect(await store.promote(key)).toBe(false);
    await store.save(key, 'current', saved(1, 5n, { old: true }));
    await store.save(key, 'next', saved(2, 4n, { old: false }));
    expect(await store.promote(key)).toBe(false);
    expect(await store.load(key, 'current')).toEqual(saved(1, 5n, { old: true }));
    await store.save(key, 'next', saved(2, 5n, { old: false }));
    expect(await store.promote(key)).toBe(true);
    expect(await store.load(key, 'current')).toEqual(saved(2, 5n, { old: false }));
    expect(await store.load(key, 'next')).toBeUndefined();
    expect(await store.save(key, 'current', saved(1, 6n))).toBe(false);
  });

  it('forgets what is being built when told to', async () => {
    await store.save(key, 'next', saved(2, 5n));
    await store.discard(key);
    expect(await store.load(key, 'next')).toBeUndefined();
  });

  it('lets one build at a time, each projection by itself', async () => {
    const release = await store.claim(key);
    await expect(store.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
    await (
      await store.claim({ ...key, name: 'others' })
    )();
    await release();
    await release();
    await (
      await store.claim(key)
    )();
  });

  it('throws Closed after it was closed, twice too', async () => {
    await store.close();
    await store.close();
    for (const call of [
      () => store.load(key, 'current'),
      () => store.save(key, 'current', saved(1, 1n)),
      () => store.promote(key),
      () => store.discard(key),
      () => store.claim(key),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'CLOSED' });
    }
  });
});

describe('the SQLite read model store', () => {
  it('is shared: two see what either saves, and one builds', async () => {
    const file = newFile();
    const [one, other] = [await openSqliteReadModelStore({ file }), await openSqliteReadModelStore({ file })];
    await one.save(key, 'current', saved(1, 7n, { by: 'one' }));
    expect(await other.load(key, 'current')).toEqual(saved(1, 7n, { by: 'one' }));
    const release = await one.claim(key);
    await expect(other.claim(key)).rejects.toMatchObject({ code: 'REBUILD_IN_PROGRESS' });
    await release();
    await (
      await other.claim(key)
    )();
    await one.close();
    await other.close();
  });

  it('refuses what is no path of a file', async () => {
    await expect(openSqliteReadModelStore({ file: ':memory:' })).rejects.toThrow(TypeError);
    await expect(openSqliteReadModelStore({ file: newFile(), busyTimeoutMs: -1 })).rejects.toThrow(TypeError);
  });
});
