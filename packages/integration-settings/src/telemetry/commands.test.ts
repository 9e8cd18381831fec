import { randomUUID } from 'node:crypto';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  type Command,
  registerProject,
  removeProject,
  setInstanceDefault,
  StoreUnavailable,
  switchToCustom,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { admin, as, errorOf, given, open, withChanges } from '../settings.fixture.ts';
import { PinoRecords } from './pino.fixture.ts';
import { RecordingMeter, RecordingTracer } from './recorders.fixture.ts';
import type { Telemetry } from './telemetry.ts';

const channel = (name: string) => setInstanceDefault('chat', { channel: name });
const type = 'integration_settings.command.type';
const outcome = 'integration_settings.command.outcome';
const namespace = 'integration_settings.namespace';

/** Settings with all telemetry, and what that was told. */
const observed = async (options: Omit<NonNullable<Parameters<typeof open>[0]>, 'telemetry'> = {}) => {
  const [told, meter, tracer] = [new PinoRecords(), new RecordingMeter(), new RecordingTracer()];
  const telemetry = { logger: told.logger, meter, tracer };
  return { settings: await open({ ...options, telemetry }), told, meter, tracer };
};

describe('each command', () => {
  it('is counted and timed by its type and outcome', async () => {
    const { settings, meter } = await observed();
    const commandId = randomUUID();
    const actor = admin;
    await settings.execute(channel('a'), { actor, commandId });
    await settings.execute(channel('a'), { actor, commandId });
    await settings.execute(channel('a'), { actor });
    await errorOf(settings.execute(switchToCustom({ project: 'nowhere' }, 'chat'), { actor }));
    await errorOf(settings.execute(channel('b'), { actor: as('nobody') }));
    await errorOf(settings.execute(channel('b'), { actor, expectedRevision: 7n }));
    await errorOf(settings.execute(channel('b'), { actor, signal: AbortSignal.abort() }));
    await errorOf(settings.execute({ type: 'SetDefault' } as never, { actor }));
    await errorOf(settings.execute(null as never, null as never));
    const expected = [
      ['SetInstanceDefault', 'appended'],
      ['SetInstanceDefault', 'repeated'],
      ['SetInstanceDefault', 'unchanged'],
      ['SwitchToCustom', 'rejected', 'UnknownScope'],
      ['SetInstanceDefault', 'rejected', 'NOT_AUTHORIZED'],
      ['SetInstanceDefault', 'rejected', 'EXPECTED_REVISION_CONFLICT'],
      ['SetInstanceDefault', 'aborted', 'AbortError'],
      ['_OTHER', 'rejected', 'InvalidCommand'],
      ['_OTHER', 'rejected', 'InvalidCommand'],
    ].map(([commandType, came, errorType]) => ({
      [namespace]: 'integrations',
      [type]: commandType,
      [outcome]: came,
      ...(errorType === undefined ? {} : { 'error.type': errorType }),
    }));
    const of = (name: string) => meter.measurements.filter((measurement) => measurement.name === name);
    expect(of('integration_settings.commands').map(({ attributes }) => attributes)).toEqual(expected);
    expect(of('integration_settings.commands').every(({ value }) => value === 1)).toBe(true);
    expect(of('integration_settings.command.duration').map(({ attributes }) => attributes)).toEqual(expected);
    expect(of('integration_settings.command.duration').every(({ value }) => value > 0 && value < 60)).toBe(true);
    expect(meter.instruments.get('integration_settings.command.duration')?.unit).toBe('s');
  });

  it('has one span, active while it is authorized and appended, that names its scope and ends with its outcome', async () => {
    const tracer = new RecordingTracer();
    const activeIn: [string, unknown][] = [];
    const inner = openMemoryEventStore();
    const settings = await open({
      telemetry: { tracer },
      authorize: () => {
        activeIn.push(['authorize', tracer.active]);
        return true;
      },
      eventStore: withChanges(inner, {
        appendToStream: (...all) => {
          activeIn.push(['append', tracer.active]);
          return inner.appendToStream(...all);
        },
      }),
    });
    await given(settings, registerProject('apollo', { group: null }), channel('a'));
    await errorOf(settings.execute(switchToCustom({ project: 'apollo' }, 'chat', { notify: 'x' }), { actor: admin }));
    const [registered, set, rejected] = tracer.spans;
    expect(tracer.spans.map(({ name, attributes, status, ended }) => ({ name, attributes, status, ended }))).toEqual([
      {
        name: 'integration_settings.RegisterProject',
        attributes: {
          [namespace]: 'integrations',
          [type]: 'RegisterProject',
          'integration_settings.scope': 'project/apollo',
          [outcome]: 'appended',
          'integration_settings.position': '0',
        },
        status: undefined,
        ended: 1,
      },
      {
        name: 'integration_settings.SetInstanceDefault',
        attributes: {
          [namespace]: 'integrations',
          [type]: 'SetInstanceDefault',
          'integration_settings.scope': 'instance',
          'integration_settings.integration': 'chat',
          [outcome]: 'appended',
          'integration_settings.position': '1',
        },
        status: undefined,
        ended: 1,
      },
      {
        name: 'integration_settings.SwitchToCustom',
        attributes: {
          [namespace]: 'integrations',
          [type]: 'SwitchToCustom',
          'integration_settings.scope': 'project/apollo',
          'integration_settings.integration': 'chat',
          [outcome]: 'rejected',
          'error.type': 'InvalidValues',
        },
        status: { code: 2, message: 'InvalidValues' },
        ended: 1,
      },
    ]);
    expect(activeIn).toEqual([
      ['authorize', registered],
      ['append', registered],
      ['authorize', set],
      ['append', set],
      ['authorize', rejected],
    ]);
  });

  it('is seen also in a batch, where trees are brought in step, and undone', async () => {
    const { settings, tracer } = await observed();
    const tree = [{ project: 'apollo', parent: null }];
    await settings.reconcile(tree, { actor: admin });
    for await (const _ of settings.executeMany([channel('a')], { actor: admin, batchId: 'batch' }));
    await settings.revert('instance', 'chat', { actor: admin, to: 0n });
    expect(tracer.spans.map(({ name }) => name.split('.').at(-1))).toEqual([
      'RegisterProject',
      'SetInstanceDefault',
      'RevertSettings',
    ]);
  });

  it('is logged where the store fails, at a level that is looked at; a rejection is not', async () => {
    const inner = openMemoryEventStore();
    const appendToStream = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    const { settings, told } = await observed({ eventStore: withChanges(inner, { appendToStream }) });
    await errorOf(settings.execute(channel('a'), { actor: admin }));
    await errorOf(settings.execute(removeProject('nowhere'), { actor: admin }));
    expect(await told.with('failed')).toMatchObject({
      level: 40,
      command: { type: 'SetInstanceDefault', scope: 'instance', integration: 'chat' },
      outcome: 'failed',
      errorType: 'STORE_UNAVAILABLE',
      err: { message: 'The disk is full.' },
    });
    expect(await told.with('answered')).toMatchObject({ level: 20, outcome: 'rejected', errorType: 'UnknownScope' });
  });

  it('that fails with an error of somebody else is logged without what that says', async () => {
    const authorize = () => Promise.reject(new RangeError('hush'));
    const { settings, told, tracer, meter } = await observed({ authorize });
    await errorOf(settings.execute(channel('a'), { actor: admin }));
    expect(await told.with('not one of ours')).toMatchObject({ level: 50, outcome: 'failed', errorType: 'RangeError' });
    expect(tracer.spans[0]?.status).toEqual({ code: 2, message: 'RangeError' });
    expect(JSON.stringify([told.records, tracer.spans, meter.measurements])).not.toContain('hush');
  });
});

describe('telemetry that fails', () => {
  const fails = (): never => {
    throw new Error('The collector is down.');
  };
  const failing = new Proxy({}, { get: () => fails });
  const someFail: readonly [string, Telemetry][] = [
    ['a logger', { logger: failing as never }],
    ['a meter', { meter: failing as never }],
    ['counters', { meter: { ...meterOf({ add: fails, record: fails, addCallback: fails, removeCallback: fails }) } }],
    ['a tracer', { tracer: { startActiveSpan: fails } }],
    ['spans', { tracer: { startActiveSpan: (_, __, work) => work(failing as never) } }],
    [
      'a tracer, after the work has begun',
      {
        tracer: {
          startActiveSpan: (_, __, work) => {
            void work({ setAttribute: fails, setStatus: fails, end: fails });
            return fails();
          },
        },
      },
    ],
    ['a tracer that does nothing', { tracer: { startActiveSpan: () => undefined } }],
  ];

  it.each(someFail)('harms no command: %s', async (_, telemetry) => {
    const settings = await open({ telemetry });
    expect(await settings.execute(channel('a'), { actor: admin })).toMatchObject({ revision: 0n, duplicate: false });
    const rejected: Command = switchToCustom({ project: 'nowhere' }, 'chat');
    expect(await errorOf(settings.execute(rejected, { actor: admin }))).toMatchObject({ reason: 'UnknownScope' });
    expect(settings.position).toBe(0n);
  });
});

/** A meter whose instruments all have these methods. */
function meterOf(instrument: object): NonNullable<Telemetry['meter']> {
  const create = () => instrument as never;
  return { createCounter: create, createHistogram: create, createObservableGauge: create };
}
