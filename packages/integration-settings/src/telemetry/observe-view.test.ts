import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { registerProject, setInstanceDefault } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { given, open } from '../settings.fixture.ts';
import { RecordingMeter } from './recorders.fixture.ts';

const attributes = { 'integration_settings.namespace': 'integrations' };
const state = (value: string) => ({ ...attributes, 'integration_settings.view.state': value });

it('tells a meter where the view stands, when it asks', async () => {
  const meter = new RecordingMeter();
  const eventStore = openMemoryEventStore();
  const settings = await open({ eventStore, telemetry: { meter } });
  const values = (name: string) =>
    meter.read(`integration_settings.view.${name}`).map(({ value, attributes }) => [value, attributes]);
  expect(values('position')).toEqual([[-1, attributes]]);
  await given(settings, registerProject('apollo', { group: null }), setInstanceDefault('chat', { channel: 'a' }));
  expect(values('position')).toEqual([[1, attributes]]);
  expect(values('waiting')).toEqual([[0, attributes]]);
  expect(values('state')).toEqual([
    [1, state('live')],
    [0, state('catching-up')],
    [0, state('disconnected')],
    [0, state('outdated')],
  ]);
  const outdated = new Promise((resolve) => settings.status$.subscribe((s) => s.state === 'outdated' && resolve(s)));
  const future = { id: crypto.randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} };
  await eventStore.appendToStream('integrations.instanceSettings-chat', [future], { expectedRevision: 'any' });
  await outdated;
  expect(values('state').filter(([value]) => value === 1)).toEqual([[1, state('outdated')]]);
});

it('asks no more of settings that are closed', async () => {
  const meter = new RecordingMeter();
  const settings = await open({ telemetry: { meter } });
  expect([...meter.observed.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
  await settings.close();
  expect([...meter.observed.values()].map(({ size }) => size)).toEqual([0, 0, 0]);
});
