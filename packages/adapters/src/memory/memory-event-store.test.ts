import { expect, it } from 'vitest';
import { eventStoreContract } from '../testing/event-store-contract.ts';
import { anEvent, collect } from '../testing/event-store/helpers.ts';
import { openMemoryEventStore } from './index.ts';

eventStoreContract({ name: 'the memory event store', open: async () => openMemoryEventStore() });

it('hands out events that nobody can change, because all readers share them', async () => {
  const store = openMemoryEventStore();
  await store.appendToStream('a.thing-1', [anEvent({ deep: [{ deeper: {} }] })], { expectedRevision: 'any' });
  const parts: unknown[] = [...(await collect(store.readAll()))];
  for (const part of parts) {
    expect(Object.isFrozen(part)).toBe(true);
    if (typeof part === 'object' && part !== null) parts.push(...Object.values(part));
  }
  expect(parts).toContainEqual({ deeper: {} });
});
