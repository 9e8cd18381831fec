import {
  lockDefault,
  registerGroup,
  registerProject,
  removeProject,
  type ScopeRef,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
  transferProject,
} from '@integration-settings/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { collected } from './collected.fixture.ts';
import type { IntegrationSettings, SettingsView } from './integration-settings.ts';
import { admin, given, open, reasonOf, shared } from './settings.fixture.ts';

const apollo = { project: 'apollo' };
const gemini = { project: 'gemini' };
const nasa = { group: 'nasa' };
const outOfRange = expect.objectContaining({ code: 'OUT_OF_RANGE' }) as Error;

/** A clock that the test sets; each command takes a second. */
const ticking = () => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  return { clock: () => new Date((clock.now += 1_000)), now: () => new Date(clock.now) };
};

let settings: IntegrationSettings;
let now: () => Date;
beforeEach(async () => {
  const time = ticking();
  now = time.now;
  settings = await open({ clock: time.clock });
  await given(
    settings,
    registerGroup('nasa', { parent: null }),
    registerProject('apollo', { group: 'nasa' }),
    registerProject('gemini', { group: null }),
    setInstanceDefault('chat', { channel: 'general' }),
  );
});

/** What is answered for a scope. */
const answers = async (view: SettingsView, scope: ScopeRef) => ({
  all: view.effectiveAll(scope),
  own: view.own(scope, 'chat'),
  explained: await view.explain(scope, 'chat'),
  path: view.scopes.path(scope),
  name: view.scopes.name(scope),
  parent: view.scopes.parent(scope),
  revision: view.scopes.revision(scope),
});

describe('asOf', () => {
  it('gives the answers of then, by position and by time, whatever came later', async () => {
    const { position } = settings;
    const at = now();
    const then = await answers(settings, apollo);
    const lists = [settings.counts('chat'), settings.overrides('chat'), settings.scopes.children('instance')];
    await given(
      settings,
      setGroupDefault('nasa', 'chat', { channel: 'moon' }),
      switchToCustom(apollo, 'chat', { channel: 'crew' }),
      transferProject('apollo', { group: null }),
      removeProject('gemini'),
    );
    for (const moment of [position, position.toString(), at, at.toISOString()]) {
      const past = await settings.asOf(moment);
      expect(past.position).toBe(position);
      expect(await answers(past, apollo)).toEqual(then);
      expect([past.counts('chat'), past.overrides('chat'), past.scopes.children('instance')]).toEqual(lists);
      expect(await answers(await settings.asOf(moment, { scope: apollo }), apollo)).toEqual(then);
    }
    expect(settings.effective(apollo, 'chat').values).toEqual({ channel: 'crew' });
  });

  it('answers for a scope only, and those above it, where it was asked for one', async () => {
    await given(settings, setGroupDefault('nasa', 'chat', { channel: 'moon' }));
    const past = await settings.asOf(settings.position, { scope: apollo });
    expect(past.effective(nasa, 'chat').mode).toBe('custom');
    expect(past.effective('instance', 'chat').values).toEqual({ channel: 'general' });
    expect(past.counts('chat', apollo)).toMatchObject({ total: 1, active: 1 });
    const others: readonly (() => unknown)[] = [
      () => past.effective(gemini, 'chat'),
      () => past.scopes.exists({ project: 'nobody' }),
      () => past.counts('chat'),
      () => past.counts('chat', nasa),
      () => past.overrides('chat'),
      () => past.scopes.children('instance'),
      () => past.catalogReport(),
    ];
    for (const ask of others) expect(ask).toThrow(outOfRange);
    await expect(past.scopes.find('gem')).rejects.toEqual(outOfRange);
  });

  it('has no scope that was not there then', async () => {
    const { position } = settings;
    await given(settings, registerProject('mercury', { group: null }), removeProject('gemini'));
    const mercury = { project: 'mercury' };
    for (const options of [{}, { scope: mercury }]) {
      const past = await settings.asOf(position, options);
      expect(past.scopes.exists(mercury)).toBe(false);
      expect(() => past.effective(mercury, 'chat')).toThrow(expect.objectContaining({ code: 'UNKNOWN_SCOPE' }));
    }
    expect((await settings.asOf(position)).effective(gemini, 'chat').mode).toBe('inherited');
  });

  it('is refused for a scope that was never registered, and for what is none', async () => {
    for (const scope of [{ project: 'nobody' }, { project: 7 }, 'apollo', null] as unknown as readonly ScopeRef[]) {
      await expect(settings.asOf(settings.position, { scope })).rejects.toMatchObject({ code: 'UNKNOWN_SCOPE' });
    }
  });

  it('knows nothing at the beginning, and is now in the future', async () => {
    const beginning = await settings.asOf(-1n);
    expect(beginning.position).toBe(-1n);
    expect(beginning.effective('instance', 'chat').mode).toBe('unconfigured');
    const future = await settings.asOf(new Date('2999-01-01T00:00:00Z'));
    expect(future.position).toBe(settings.position);
    expect(future.effective(apollo, 'chat')).toEqual(settings.effective(apollo, 'chat'));
  });

  it.each([
    ['before the first event', new Date(0)],
    ['past the head', 10_000n],
    ['below the beginning', '-2'],
    ['no moment', 'soon'],
  ])('is refused for a moment that is %s', async (_, moment) => {
    await expect(settings.asOf(moment)).rejects.toEqual(outOfRange);
  });

  it('knows a position that another process has just written', async () => {
    const eventStore = shared();
    const one = await open({ eventStore });
    const other = await open({ eventStore });
    const { position } = await one.execute(registerProject('apollo', { group: null }), { actor: admin });
    expect((await other.asOf(position)).scopes.exists(apollo)).toBe(true);
  });

  it('is closed with the settings', async () => {
    const past = await settings.asOf(settings.position);
    await settings.close();
    const closed = expect.objectContaining({ code: 'CLOSED' }) as Error;
    const asked: readonly (() => unknown)[] = [
      () => past.position,
      () => past.scopes,
      () => past.effective(apollo, 'chat'),
      () => past.counts('chat'),
      () => past.catalogReport(),
    ];
    for (const ask of asked) expect(ask).toThrow(closed);
    expect(await reasonOf(settings.asOf(-1n))).toBe('CLOSED');
    expect(await reasonOf(collected(settings.timeline(apollo, 'chat')))).toBe('CLOSED');
  });
});

describe('timeline', () => {
  it('tells every change at a scope up to now', async () => {
    await given(
      settings,
      lockDefault('instance', 'chat', ['notify']),
      switchToCustom(apollo, 'chat', { channel: 'crew' }),
      setInstanceDefault('chat', { channel: 'news' }),
    );
    const entries = await collected(settings.timeline(apollo, 'chat'));
    expect(entries.map(({ actor, cause, after }) => [actor, cause.type, after?.values])).toEqual([
      ['admin', 'ProjectRegistered', {}],
      ['admin', 'InstanceDefaultSet', { channel: 'general' }],
      ['admin', 'DefaultLocked', { channel: 'general' }],
      ['admin', 'SwitchedToCustom', { channel: 'crew' }],
    ]);
    expect(entries.at(-1)!.after).toEqual(settings.effective(apollo, 'chat'));
  });
});
