import { join } from 'node:path';
import type { KeyOwner, KeyStore, WrappedKey } from '@integration-settings/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysIn } from '../testing/key-store/some-wrapped-key.ts';
import { sharedStores } from './key-store-process.fixture.ts';
import { openMemoryKeyStore } from './memory-key-store.ts';
import { temporaryDirectory } from './temporary-directory.fixture.ts';
import type { KeyFilter } from './wrapped-key.ts';

const root = temporaryDirectory();
let runs = 0;

/** What one step asks of a store; `id` is unique in a run, as ids of keys are. */
type Ask = (store: KeyStore, id: string, known: readonly string[]) => Promise<unknown>;
/** A step, and what it says of itself in a counterexample. */
type Step = readonly [says: string, ask: Ask];

const streamName = fc.constantFrom('a.x-1/jira', 'a.x-10/jira', 'a.y-1/jira', 'b.x-1/jira');
const origin = fc.constantFrom<KeyOwner['origin']>('instance', { group: 'instance' }, { project: '1' });
const owner: fc.Arbitrary<KeyOwner> = fc.record({ streamName, streamEra: fc.nat(1), origin, era: fc.nat(1) });
const filter: fc.Arbitrary<KeyFilter> = fc.record(
  { streamPrefix: fc.constantFrom('', 'a.', 'a.x-1', 'a.x-1/', 'c'), origin },
  { requiredKeys: [] },
);
const pick = (known: readonly string[], index: number): string => known[index % known.length] ?? 'never-there';

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: owner.map((of): Step => [
      `create ${JSON.stringify(of)}`,
      (store, id) => store.createIfAbsent(wrapped(of, id, 'first')),
    ]),
  },
  owner.map((of): Step => [`find ${JSON.stringify(of)}`, (store) => store.find(of)]),
  fc.nat(40).map((index): Step => [`get ${index}`, (store, _, known) => store.get(pick(known, index))]),
  fc.nat(40).map((index): Step => [`destroy ${index}`, (store, _, known) => store.destroy(pick(known, index))]),
  fc.nat(40).map((index): Step => [`rewrap ${index}`, (store, id, known) => rewrap(store, pick(known, index), id)]),
  filter.map((by): Step => [`list ${JSON.stringify(by)}`, (store) => listed(store, by)]),
);

const rewrap = async (store: KeyStore, id: string, masterKey: string): Promise<void> => {
  const key = await store.get(id);
  if (key !== undefined) await store.rewrap({ ...key, masterKey });
};

const listed = async (store: KeyStore, by: KeyFilter): Promise<readonly WrappedKey[]> => {
  const keys = await keysIn(store.list(by));
  return keys.toSorted((one, other) => (one.id < other.id ? -1 : 1));
};

const wrapped = (owner: KeyOwner, id: string, masterKey: string): WrappedKey => ({
  ...owner,
  id,
  masterKey,
  nonce: `nonce-${id}`,
  text: `text-${id}`,
});

describe.each(['file', 'sqlite'] as const)('the %s key store', (kind) => {
  it('answers as the memory store does, whatever it is asked, also when it is opened anew in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(40), async (steps, reopenAt) => {
        const path = join(root, `${kind}-${(runs += 1)}`);
        const model = openMemoryKeyStore();
        let store = await sharedStores[kind](path);
        const known: string[] = [];
        for (const [index, [, ask]] of steps.entries()) {
          if (index === reopenAt) {
            await store.close();
            store = await sharedStores[kind](path);
          }
          const id = `key-${index}`;
          expect(await ask(store, id, known)).toEqual(await ask(model, id, known));
          known.push(id);
        }
        await store.close();
      }),
      { numRuns: 50 },
    );
  });
});
