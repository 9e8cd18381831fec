import {
  registerProject,
  removeProject,
  type ScopeRef,
  setInstanceDefault,
  switchToCustom,
  transferProject,
} from '@integration-settings/domain';
import type { AuditEntry } from '@integration-settings/projections';
import { beforeEach, describe, expect, it } from 'vitest';
import { collected } from './collected.fixture.ts';
import { heldStore } from './held-store.fixture.ts';
import type { AuditOptions, IntegrationSettings } from './integration-settings.ts';
import { admin, as, errorOf, given, open, reasonOf, shared } from './settings.fixture.ts';

const apollo = { project: 'apollo' };

let settings: IntegrationSettings;
beforeEach(async () => {
  let now = Date.UTC(2026, 0, 1);
  settings = await open({ clock: () => new Date(now) });
  for (const command of [
    registerProject('apollo', { group: null }),
    setInstanceDefault('chat', { channel: 'general' }),
    switchToCustom(apollo, 'chat', { channel: 'crew' }),
  ]) {
    now += 1_000;
    await given(settings, command);
  }
});

const causesOf = (entries: readonly AuditEntry[]): readonly string[] => entries.map(({ cause }) => cause.type);
const audited = async (options?: AuditOptions): Promise<readonly string[]> =>
  causesOf(await collected(settings.audit(options)));

/** Takes the entries that an audit gives from now on, one by one. */
const following = (options: AuditOptions = {}) => {
  const entries = settings.audit({ follow: true, ...options })[Symbol.asyncIterator]();
  return {
    next: async (): Promise<string> => {
      const next = await entries.next();
      return next.done === true ? 'the end' : next.value.cause.type;
    },
  };
};

describe('audit', () => {
  it('has every event with who, when, why, what and for how many', async () => {
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, 2)).toISOString();
    await settings.execute(setInstanceDefault('chat', { channel: 'news' }), {
      actor: as('eve', 'instance'),
      reason: 'why not',
    });
    const entries = await collected(settings.audit());
    expect(causesOf(entries)).toEqual([
      'ProjectRegistered',
      'InstanceDefaultSet',
      'SwitchedToCustom',
      'InstanceDefaultChanged',
    ]);
    expect(entries[1]).toMatchObject({ actor: 'admin', at, scope: 'instance', integration: 'chat' });
    expect(entries[3]).toMatchObject({
      actor: 'eve',
      reason: 'why not',
      changed: { channel: { before: 'general', after: 'news' } },
    });
    expect(await Promise.all(entries.map((entry) => entry.reached()))).toEqual([0, 1, 1, 0]);
  });

  it('takes moments as its bounds, those before the beginning too', async () => {
    const position = (await collected(settings.audit()))[1]!.position;
    expect(await audited({ from: position })).toEqual(['SwitchedToCustom']);
    expect(await audited({ to: position })).toEqual(['ProjectRegistered', 'InstanceDefaultSet']);
    expect(await audited({ from: '2026-01-01T00:00:01Z', to: '2026-01-01T00:00:02.500Z' })).toEqual([
      'InstanceDefaultSet',
    ]);
    expect(await audited({ from: new Date(0), direction: 'backwards', actor: 'admin', scope: 'instance' })).toEqual([
      'InstanceDefaultSet',
    ]);
    expect(await audited({ to: new Date(0) })).toEqual([]);
    expect(await audited({ from: settings.position, to: position })).toEqual([]);
  });

  it('is refused for bounds that are no moments, and for following backwards or to an end', async () => {
    const wrong: readonly AuditOptions[] = [
      { from: 1_000n },
      { to: 'today' },
      { from: -2n },
      { follow: true, direction: 'backwards' },
      { follow: true, to: settings.position },
    ];
    for (const options of wrong) expect(await reasonOf(collected(settings.audit(options)))).toBe('OUT_OF_RANGE');
  });

  it('is refused for a scope that was never registered, what is none, and an integration that nobody knows', async () => {
    const unknown = [{ group: 'nobody' }, { group: 5 }, 'apollo', null] as unknown as readonly ScopeRef[];
    for (const scope of unknown) expect(await reasonOf(collected(settings.audit({ scope })))).toBe('UNKNOWN_SCOPE');
    expect(await reasonOf(collected(settings.audit({ integration: 'telex' })))).toBe('UNKNOWN_INTEGRATION');
  });

  it('has what another process wrote last, also where it is to end now', async () => {
    const eventStore = shared();
    const held = heldStore(eventStore);
    settings = await open({ eventStore: held.store });
    held.holdUntilAsked();
    await given(await open({ eventStore }), registerProject('apollo', { group: null }));
    expect(await audited({ to: new Date(Date.now() + 1_000) })).toEqual(['ProjectRegistered']);
  });

  it('follows what comes, by other processes too, until its signal', async () => {
    const eventStore = shared();
    settings = await open({ eventStore });
    const other = await open({ eventStore });
    const abort = new AbortController();
    const entries = following({ signal: abort.signal, integration: 'chat' });
    await given(settings, setInstanceDefault('chat', { channel: 'general' }));
    expect(await entries.next()).toBe('InstanceDefaultSet');
    const coming = entries.next();
    await given(other, registerProject('apollo', { group: null }), switchToCustom(apollo, 'chat', { channel: 'x' }));
    expect(await coming).toBe('SwitchedToCustom');
    const last = entries.next();
    abort.abort();
    expect(await last).toBe('the end');
  });

  it('ends following on closing, and begins no more afterwards', async () => {
    const entries = following({ from: settings.position });
    const coming = entries.next();
    await given(settings, transferProject('apollo', { group: null }), removeProject('apollo'));
    expect(await coming).toBe('ProjectRemoved');
    const last = entries.next();
    await settings.close();
    expect(await last).toBe('the end');
    expect(await reasonOf(collected(settings.audit()))).toBe('CLOSED');
  });

  it('throws the reason of its signal where it does not follow', async () => {
    const reason = new Error('enough');
    expect(await errorOf(collected(settings.audit({ signal: AbortSignal.abort(reason) })))).toBe(reason);
  });

  it('tells who had secrets revealed', async () => {
    await given(settings, setInstanceDefault('tracker', { url: 'https://one.example', token: 'hush' }));
    await settings.reveal(apollo, 'tracker', { actor: admin, purpose: 'delivery' });
    const [entry] = await collected(settings.audit({ scope: apollo, integration: 'tracker' }));
    expect(entry).toMatchObject({ actor: 'admin', cause: { type: 'SecretsRevealed', data: { purpose: 'delivery' } } });
    expect(JSON.stringify(await collected(settings.audit()))).not.toContain('hush');
  });
});

describe('diff', () => {
  it('has whose settings changed between two moments', async () => {
    const { position } = settings;
    await given(
      settings,
      registerProject('gemini', { group: null }),
      setInstanceDefault('chat', { channel: 'news' }),
      setInstanceDefault('central', { name: 'x' }),
    );
    const differences = await collected(settings.diff(position, settings.position));
    expect(differences.map(({ project, integration }) => [project, integration])).toEqual([
      ['apollo', 'central'],
      ['gemini', 'chat'],
      ['gemini', 'central'],
    ]);
    expect(differences[1]).toMatchObject({ before: undefined, after: { values: { channel: 'news' } } });
    const ofOne = settings.diff(position, new Date('2999-01-01'), { integration: 'central', within: apollo });
    expect(await collected(ofOne)).toHaveLength(1);
  });

  it('is refused for what is no moment', async () => {
    expect(await reasonOf(collected(settings.diff(1_000n, -1n)))).toBe('OUT_OF_RANGE');
  });
});
