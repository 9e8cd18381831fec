import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  AppendOutcomeUnknown,
  eraseSecrets,
  setInstanceDefault,
  StoreUnavailable,
  type SubscriptionMessage,
} from '@integration-settings/domain';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { given, open, withChanges } from '../settings.fixture.ts';
import { keyringOver, sharedKeyStore } from '../shared-keys.fixture.ts';
import { PinoRecords } from './pino.fixture.ts';
import type { Logger } from './telemetry.ts';

const { values: level } = pino.levels;
const tracker = setInstanceDefault('tracker', { url: 'https://tracker.example', token: 'hush' });

describe('a logger', () => {
  it('is told that the store has gone, and that it is there again', async () => {
    const inner = openMemoryEventStore();
    let failures = 1;
    const eventStore = withChanges(inner, {
      subscribeToAll: (options) => {
        if (failures === 0) return inner.subscribeToAll(options);
        failures -= 1;
        return broken(new StoreUnavailable('The connection is gone.'));
      },
    });
    const told = new PinoRecords();
    await open({ eventStore, telemetry: { logger: told.logger } });
    expect(await told.with('does not answer')).toMatchObject({
      level: level.warn,
      namespace: 'integrations',
      state: 'disconnected',
      reason: 'The connection is gone.',
      position: '-1',
    });
    const gone = told.records.length;
    while (told.records.slice(gone).every(({ state }) => state !== 'live')) await told.next();
    expect(told.records.at(-1)).toMatchObject({ level: level.info, namespace: 'integrations', state: 'live' });
  });

  it('is told that the view has stopped, and where', async () => {
    const eventStore = openMemoryEventStore();
    const told = new PinoRecords();
    const settings = await open({ eventStore, namespace: 'tenant', telemetry: { logger: told.logger } });
    await given(settings, setInstanceDefault('chat', { channel: 'a' }));
    const future = { id: crypto.randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} };
    await eventStore.appendToStream('tenant.instanceSettings-chat', [future], { expectedRevision: 'any' });
    expect(await told.with('has stopped')).toMatchObject({
      level: level.warn,
      namespace: 'tenant',
      state: 'outdated',
      reason: expect.stringContaining('FromTheFuture') as string,
      position: settings.position.toString(),
    });
  });

  it('is told of an append that is tried again', async () => {
    const inner = openMemoryEventStore();
    let failures = 1;
    const eventStore = withChanges(inner, {
      appendToStream: async (...all) => {
        if (failures === 0) return inner.appendToStream(...all);
        failures -= 1;
        throw new AppendOutcomeUnknown(all[0], 'the acknowledgement was lost');
      },
    });
    const told = new PinoRecords();
    const settings = await open({ eventStore, telemetry: { logger: told.logger } });
    await given(settings, setInstanceDefault('chat', { channel: 'a' }));
    expect(await told.with('tried again')).toMatchObject({
      level: level.warn,
      namespace: 'integrations',
      attempt: 1,
      err: { type: 'AppendOutcomeUnknown' },
    });
  });

  it('is told of keys that could not be destroyed', async () => {
    const keyStore = sharedKeyStore();
    const destroy = (): Promise<void> => Promise.reject(new StoreUnavailable('The key store is down.'));
    const keyring = await keyringOver({ ...keyStore, destroy });
    const told = new PinoRecords();
    const settings = await open({ keyring, telemetry: { logger: told.logger } });
    await given(settings, tracker, eraseSecrets('instance', 'tracker'));
    expect(await told.with('keys')).toMatchObject({
      level: level.warn,
      namespace: 'integrations',
      err: { type: 'StoreUnavailable', message: 'The key store is down.' },
    });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('The disk of the log is full.');
      },
    ],
    ['rejects', () => Promise.reject(new Error('The disk of the log is full.'))],
  ])('harms nothing where it %s', async (_, log) => {
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    const settings = await open({ telemetry: { logger } });
    await given(settings, setInstanceDefault('chat', { channel: 'a' }));
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: 'a' });
  });
});

/** A subscription that ends at once. */
const broken = (cause: Error): AsyncIterable<SubscriptionMessage> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }),
});
