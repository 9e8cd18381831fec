import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../sqlite/temporary-folder.fixture.ts';
import { readModelStoreContract } from '../testing/read-model-store-contract.ts';
import { openMemoryReadModelStore } from './memory-read-model-store.ts';
import { openSqliteReadModelStore } from './sqlite-read-model-store.ts';

const folder = temporaryFolder();
const newFile = (): string => join(folder(), `${randomUUID()}.db`);

readModelStoreContract({ name: 'the memory read model store', open: async () => openMemoryReadModelStore() });

let latest = '';
readModelStoreContract({
  name: 'the SQLite read model store',
  open: () => openSqliteReadModelStore({ file: (latest = newFile()) }),
  reopen: () => openSqliteReadModelStore({ file: latest }),
});

it('behaves in SQLite as in memory, whatever is done in whatever order', async () => {
  const slot = fc.constantFrom('current' as const, 'next' as const);
  const version = fc.integer({ min: 1, max: 2 });
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('save' as const),
      version,
      slot,
      generation: fc.integer({ min: 1, max: 3 }),
      checkpoint: fc.bigInt({ min: -1n, max: 4n }),
    }),
    fc.record({ kind: fc.constantFrom('load' as const, 'promote' as const, 'discard' as const), version, slot }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const stores = [openMemoryReadModelStore(), await openSqliteReadModelStore({ file: newFile() })] as const;
      for (const [at, each] of steps.entries()) {
        const key = { namespace: 'integrations', name: 'counts', version: each.version };
        const [inMemory, inSqlite] = await Promise.all(
          stores.map(async (store) => {
            if (each.kind === 'load') return store.load(key, each.slot);
            if (each.kind === 'save') return store.save(key, each.slot, { ...each, state: { at } });
            return store[each.kind](key);
          }),
        );
        expect(inSqlite).toEqual(inMemory);
      }
      for (const store of stores) await store.close();
    }),
    { numRuns: 50 },
  );
});

it('refuses what is no path of a file', async () => {
  await expect(openSqliteReadModelStore({ file: ':memory:' })).rejects.toThrow(TypeError);
  await expect(openSqliteReadModelStore({ file: newFile(), busyTimeoutMs: -1 })).rejects.toThrow(TypeError);
});
