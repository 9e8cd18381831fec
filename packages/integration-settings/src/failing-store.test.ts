import { randomUUID } from 'node:crypto';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  AppendOutcomeUnknown,
  type EventStore,
  registerProject,
  setInstanceDefault,
  StoreUnavailable,
  type SubscriptionMessage,
} from '@integration-settings/domain';
import type { Status } from '@integration-settings/projections';
import { describe, expect, it } from 'vitest';
import { heldStore } from './held-store.fixture.ts';
import type { IntegrationSettings } from './integration-settings.ts';
import { admin, errorOf, given, logOf, open, refusal, shared, withChanges } from './settings.fixture.ts';

const channel = (name: string) => setInstanceDefault('chat', { channel: name });

/** Resolves with the first status of a kind. */
const status = (settings: IntegrationSettings, state: Status['state']): Promise<Status> =>
  new Promise((resolve) => settings.status$.subscribe((status) => status.state === state && resolve(status)));

describe('an append whose outcome nobody knows', () => {
  /** Loses what the store answers, some times. */
  const losing = (eventStore: EventStore, { times, writes }: { times: number; writes: boolean }): EventStore => {
    let lost = 0;
    return withChanges(eventStore, {
      appendToStream: async (...all) => {
        if (lost === times) return eventStore.appendToStream(...all);
        lost += 1;
        if (writes) await eventStore.appendToStream(...all);
        throw new AppendOutcomeUnknown(all[0], 'the acknowledgement was lost');
      },
    });
  };

  it.each([
    ['was written', true],
    ['was not written', false],
  ])('is written once where it %s', async (_, writes) => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore: losing(eventStore, { times: 1, writes }) });
    const receipt = await settings.execute(channel('a'), { actor: admin });
    expect(receipt).toMatchObject({ revision: 0n, visible: true, duplicate: false });
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('is known as written where others have gone on writing to the stream', async () => {
    const eventStore = openMemoryEventStore();
    let lost = false;
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (stream, events, options) => {
          if (lost) return eventStore.appendToStream(stream, events, options);
          lost = true;
          await eventStore.appendToStream(stream, events, options);
          const foreign = {
            ...events[0]!,
            id: randomUUID(),
            metadata: { ...(events[0]!.metadata as object), commandId: randomUUID() },
          };
          await eventStore.appendToStream(stream, [foreign], { expectedRevision: 0n });
          throw new AppendOutcomeUnknown(stream, 'the acknowledgement was lost');
        },
      }),
    });
    expect(await settings.execute(channel('a'), { actor: admin })).toMatchObject({ revision: 0n, duplicate: false });
    expect(await logOf(eventStore)).toHaveLength(2);
  });

  it('is the answer in the end; asking again with the same id is safe', async () => {
    const eventStore = openMemoryEventStore();
    const settings = await open({ eventStore: losing(eventStore, { times: 5, writes: true }) });
    const commandId = randomUUID();
    expect(await refusal(settings, channel('a'), { commandId })).toBe('APPEND_OUTCOME_UNKNOWN');
    expect(await settings.execute(channel('a'), { actor: admin, commandId })).toMatchObject({ revision: 0n });
    expect(await logOf(eventStore)).toHaveLength(1);
  });
});

describe('a store that fails', () => {
  it('lets the error through untouched where nothing was written, and the settings go on', async () => {
    const eventStore = openMemoryEventStore();
    const failure = new StoreUnavailable('The disk is full.');
    let isFull = true;
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (...all) => {
          if (isFull) throw failure;
          return eventStore.appendToStream(...all);
        },
      }),
    });
    const commandId = randomUUID();
    expect(await errorOf(settings.execute(channel('a'), { actor: admin, commandId }))).toBe(failure);
    expect(settings.position).toBe(-1n);
    isFull = false;
    expect(await settings.execute(channel('a'), { actor: admin, commandId })).toMatchObject({ duplicate: false });
  });

  it('does not open on a log that it cannot read', async () => {
    const failure = new StoreUnavailable('The file is locked.');
    const eventStore = withChanges(openMemoryEventStore(), {
      readAll: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }) }),
    });
    expect(await errorOf(open({ eventStore }))).toBe(failure);
  });

  it('keeps a command that was written answered, whatever fails afterwards', async () => {
    const eventStore = openMemoryEventStore();
    let isBroken = false;
    const failing = (): AsyncIterable<never> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new StoreUnavailable('The connection is gone.')),
      }),
    });
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (...all) => {
          const result = await eventStore.appendToStream(...all);
          isBroken = true;
          return result;
        },
        readStream: (...all) => (isBroken ? failing() : eventStore.readStream(...all)),
        readAll: (...all) => (isBroken ? failing() : eventStore.readAll(...all)),
      }),
    });
    await given(settings, channel('a'));
    isBroken = false;
    await given(settings, { type: 'LockDefault', data: { group: null, integration: 'chat' } });
    isBroken = false;
    const receipt = await settings.execute(
      { type: 'ResetInstanceDefault', data: { integration: 'chat' } },
      { actor: admin },
    );
    expect(receipt.events.map(({ type, revision }) => [type, revision])).toEqual([
      ['DefaultUnlocked', 2n],
      ['InstanceDefaultReset', 3n],
    ]);
  });
});

describe('a subscription that is behind', () => {
  it('makes a command say that it is not visible yet; it shows once the view is there', async () => {
    const held = heldStore(shared());
    const settings = await open({ eventStore: held.store, visibleWithinMs: 1 });
    held.hold();
    const receipt = await settings.execute(channel('a'), { actor: admin });
    expect(receipt).toMatchObject({ visible: false, position: 0n, revision: 0n, duplicate: false });
    expect(receipt.events).toHaveLength(1);
    expect(settings.position).toBe(-1n);
    const shown = settings.waitFor(receipt.position, { timeoutMs: 60_000 });
    held.release();
    await shown;
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'a' });
  });

  it('still gives the first receipt again for the same id', async () => {
    const eventStore = shared();
    const held = heldStore(eventStore);
    const settings = await open({ eventStore: held.store, visibleWithinMs: 1 });
    held.hold();
    const commandId = randomUUID();
    const first = await settings.execute(channel('a'), { actor: admin, commandId });
    const again = await settings.execute(channel('a'), { actor: admin, commandId });
    expect(again).toMatchObject({ position: first.position, revision: first.revision, visible: false });
    expect(await refusal(settings, channel('b'), { commandId })).toBe('CommandIdReused');
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('makes what can only be refused on fresh knowledge fail, and not be refused', async () => {
    const held = heldStore(shared());
    const settings = await open({ eventStore: held.store, visibleWithinMs: 1 });
    held.hold();
    await settings.execute(registerProject('apollo', { group: null }), { actor: admin });
    expect(await refusal(settings, registerProject('gemini', { group: 'nowhere' }))).toBe('STORE_UNAVAILABLE');
  });

  it('makes waiting time out, or end when it is aborted', async () => {
    const held = heldStore(shared());
    const settings = await open({ eventStore: held.store, visibleWithinMs: 1 });
    held.hold();
    const { position } = await settings.execute(channel('a'), { actor: admin });
    expect(await errorOf(settings.waitFor(position))).toMatchObject({ code: 'TIMED_OUT' });
    const controller = new AbortController();
    const waiting = errorOf(settings.waitFor(position, { timeoutMs: 60_000, signal: controller.signal }));
    controller.abort('enough');
    expect(await waiting).toBe('enough');
    expect(await errorOf(settings.waitFor(position, { signal: AbortSignal.abort('already') }))).toBe('already');
    await settings.waitFor('-1');
    expect(await errorOf(settings.waitFor('soon'))).toMatchObject({ code: 'OUT_OF_RANGE' });
  });
});

describe('a subscription that loses its connection', () => {
  it('says so while it tries again by itself, and when it is back', async () => {
    const eventStore = shared();
    const messages = new Map<string, () => void>();
    const disturbed = withChanges(eventStore, {
      subscribeToAll: async function* (options): AsyncGenerator<SubscriptionMessage> {
        yield { kind: 'caught-up' };
        await new Promise<void>((resolve) => messages.set('disconnect', resolve));
        yield { kind: 'disconnected', reason: 'the network is down' };
        await new Promise<void>((resolve) => messages.set('connect', resolve));
        yield* eventStore.subscribeToAll(options);
      },
    });
    const settings = await open({ eventStore: disturbed, clock: () => new Date('2030-01-01T00:00:00Z') });
    const disconnected = status(settings, 'disconnected');
    messages.get('disconnect')?.();
    expect(await disconnected).toEqual({
      state: 'disconnected',
      reason: 'the network is down',
      since: '2030-01-01T00:00:00.000Z',
      position: -1n,
    });
    const live = status(settings, 'live');
    messages.get('connect')?.();
    expect(await live).toMatchObject({ state: 'live', reason: undefined });
    expect(await settings.execute(channel('a'), { actor: admin })).toMatchObject({ visible: true });
  });

  it('is begun anew where it fails, after what came before', async () => {
    const eventStore = shared();
    let subscriptions = 0;
    const settings = await open({
      eventStore: withChanges(eventStore, {
        subscribeToAll: async function* (options): AsyncGenerator<SubscriptionMessage> {
          subscriptions += 1;
          for await (const message of eventStore.subscribeToAll(options)) {
            yield message;
            if (subscriptions === 1 && message.kind === 'events') throw new Error('the connection broke');
          }
        },
      }),
    });
    const disconnected = status(settings, 'disconnected');
    await given(settings, channel('a'));
    expect(await disconnected).toMatchObject({ reason: 'the connection broke' });
    await given(settings, channel('b'));
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'b' });
    expect(settings.position).toBe(1n);
    expect(subscriptions).toBe(2);
  });
});
