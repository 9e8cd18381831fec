import { describe, expect, it } from 'vitest';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import type { ScopeRef } from '../scope.ts';
import { historyOf, readingContextFor, secretMarkOf, secretOf } from '../testing/index.ts';
import { lockOf, nothingAbove, type Resolved, resolve, resolveStep, type ScopeSettings } from './resolve.ts';
import {
  alpha,
  apollo,
  atAlpha,
  atBeta,
  atInstance,
  beta,
  instance,
  tracker,
  trackerEvents,
} from './settings.fixture.ts';

const { instanceSet, groupSet, groupOverridden, customSet, overridden, toInherited, inherited, locked, unlocked } =
  trackerEvents;

const atApollo = (...events: Parameters<typeof historyOf>[1][]): ScopeSettings => historyOf(apollo, ...events);
const resolveIn = (definition: IntegrationDefinition, ...path: readonly ScopeSettings[]): Resolved =>
  resolve(readingContextFor('tracker', definition, path), path);
const resolved = (...path: readonly ScopeSettings[]): Resolved => resolveIn(tracker, ...path);

const valuesOf = ({ settings }: Resolved) =>
  Object.fromEntries([...settings.slots].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
const sourceOf = ({ settings }: Resolved, field: string): ScopeRef | undefined => settings.slots.get(field)?.scope;
const shown = (result: Resolved) => ({
  mode: result.mode,
  source: result.settings.source,
  toggle: result.settings.toggle?.value,
  values: valuesOf(result),
});

describe('the nearest custom settings', () => {
  it('hold at every scope below that has nothing of its own', () =>
    expect(shown(resolved(atInstance(instanceSet({ title: 'i' })), atAlpha(), atApollo()))).toEqual({
      mode: 'inherited',
      source: instance,
      toggle: true,
      values: { title: 'i' },
    }));

  it('win over farther ones, as a whole', () =>
    expect(
      shown(
        resolved(
          atInstance(instanceSet({ title: 'i', retries: 1 })),
          atAlpha(groupSet('alpha', { title: 'a' })),
          atApollo(),
        ),
      ),
    ).toEqual({ mode: 'inherited', source: alpha, toggle: true, values: { title: 'a' } }));

  it('are of the scope itself where it has some, equal to the default or not', () =>
    expect(shown(resolved(atInstance(instanceSet({ title: 'i' })), atApollo(customSet({ title: 'i' }))))).toEqual({
      mode: 'custom',
      source: apollo,
      toggle: true,
      values: { title: 'i' },
    }));

  it('make the instance custom, with itself as the source', () =>
    expect(shown(resolved(atInstance(instanceSet())))).toEqual({
      mode: 'custom',
      source: instance,
      toggle: true,
      values: {},
    }));

  it('pass the toggle on with the values kept', () =>
    expect(shown(resolved(atInstance(instanceSet({ title: 'i' }, false)), atApollo()))).toMatchObject({
      toggle: false,
      values: { title: 'i' },
    }));

  it('leave a scope unconfigured where there are none', () => {
    expect(shown(resolved(atInstance(), atAlpha(), atApollo()))).toEqual({
      mode: 'unconfigured',
      source: undefined,
      toggle: undefined,
      values: {},
    });
    expect(resolved(atInstance(), atApollo()).settings.missing).toEqual([]);
  });
});

describe('partial settings', () => {
  it('lie over the nearest custom ones, nearest last, each field with its own source', () => {
    const result = resolved(
      atInstance(instanceSet({ title: 'i', retries: 1, labels: ['i'] })),
      atAlpha(groupOverridden('alpha', { title: 'a', retries: 2 })),
      atApollo(overridden({ retries: 3 })),
    );
    expect(shown(result)).toEqual({
      mode: 'partial',
      source: instance,
      toggle: true,
      values: { title: 'a', retries: 3, labels: ['i'] },
    });
    expect(['title', 'retries', 'labels'].map((field) => sourceOf(result, field))).toEqual([alpha, apollo, instance]);
  });

  it('of a group are no source: what inherits them names the custom ones', () =>
    expect(
      shown(
        resolved(
          atInstance(instanceSet({ title: 'i' })),
          atAlpha(groupOverridden('alpha', { title: 'a' })),
          atApollo(),
        ),
      ),
    ).toMatchObject({ mode: 'inherited', source: instance, values: { title: 'a' } }));

  it('below custom settings that are nearer do not reach through', () =>
    expect(
      valuesOf(
        resolved(
          atInstance(instanceSet()),
          atAlpha(groupOverridden('alpha', { title: 'a' })),
          atBeta(groupSet('beta', {})),
          atApollo(),
        ),
      ),
    ).toEqual({}));

  it('keep a field empty that is own and empty, and name its source', () => {
    const result = resolved(atInstance(instanceSet({ title: 'i' })), atApollo(overridden({ title: null })));
    expect(valuesOf(result)).toEqual({});
    expect(sourceOf(result, 'title')).toEqual(apollo);
  });

  it('may own the toggle alone', () =>
    expect(shown(resolved(atInstance(instanceSet({ title: 'i' })), atApollo(toInherited(false))))).toEqual({
      mode: 'partial',
      source: instance,
      toggle: false,
      values: { title: 'i' },
    }));

  it('are unconfigured without custom ones above, and hold again once there are some', () => {
    const kept = atApollo(overridden({ title: 'mine' }, false));
    expect(shown(resolved(atInstance(), kept))).toMatchObject({ mode: 'unconfigured', values: {}, toggle: undefined });
    expect(shown(resolved(atInstance(instanceSet({ retries: 1 })), kept))).toMatchObject({
      mode: 'partial',
      toggle: false,
      values: { title: 'mine', retries: 1 },
    });
  });

  it('that came from custom ones keep their empty fields, and inherit what the catalog adds later', () => {
    const added = { fields: { ...tracker.fields, extra: { type: 'string' } } } satisfies IntegrationDefinition;
    const result = resolveIn(
      added,
      atInstance(instanceSet({ title: 'i', retries: 1, extra: 'new' })),
      atApollo(customSet({ labels: ['mine'] }), inherited(['retries'], { title: null, priority: null })),
    );
    expect(valuesOf(result)).toEqual({ retries: 1, labels: ['mine'], extra: 'new' });
  });
});

describe('a whole lock', () => {
  const source = instanceSet({ title: 'i' });

  it('leaves nothing own in effect below it: inherited, and flagged hidden', () => {
    for (const own of [customSet({ title: 'mine' }), overridden({ title: 'mine' }, false)]) {
      const result = resolved(atInstance(source, locked(undefined)), atApollo(own));
      expect(shown(result)).toEqual({ mode: 'inherited', source: instance, toggle: true, values: { title: 'i' } });
      expect(result.hidden).toBe(true);
      expect(result.settings.locks.highest).toBe(instance);
    }
    expect(resolved(atInstance(source, locked(undefined)), atApollo()).hidden).toBe(false);
  });

  it('brings what was hidden back unchanged once it goes', () =>
    expect(
      shown(
        resolved(
          atInstance(source, locked(undefined), unlocked(undefined)),
          atApollo(customSet({ title: 'mine' }, false)),
        ),
      ),
    ).toEqual({ mode: 'custom', source: apollo, toggle: false, values: { title: 'mine' } }));

  it('holds in the scopes below, not at the locker', () => {
    const result = resolved(atInstance(instanceSet()), atAlpha(groupSet('alpha', { title: 'a' }), locked('alpha')));
    expect(shown(result)).toMatchObject({ mode: 'custom', source: alpha });
    expect(result.settings.locks.highest).toBeUndefined();
    expect(result.passedDown.locks.highest).toEqual(alpha);
  });

  it('of a group that inherits holds what it inherits', () =>
    expect(
      shown(resolved(atInstance(source), atAlpha(locked('alpha')), atApollo(customSet({ title: 'mine' })))),
    ).toEqual({ mode: 'inherited', source: instance, toggle: true, values: { title: 'i' } }));

  it('holds nothing while nothing is effective where it stands', () => {
    const result = resolved(atInstance(), atAlpha(locked('alpha')), atApollo(customSet({ title: 'mine' })));
    expect(shown(result)).toMatchObject({ mode: 'custom', values: { title: 'mine' } });
    expect(result.settings.locks.highest).toBeUndefined();
  });

  it('holds again by itself once something is effective', () =>
    expect(
      shown(
        resolved(atInstance(source), atAlpha(trackerEvents.locked('alpha')), atApollo(customSet({ title: 'mine' }))),
      ),
    ).toMatchObject({ mode: 'inherited', source: instance }));
});

describe('a lock of fields', () => {
  const source = instanceSet({ title: 'i', retries: 1 });

  it('holds those, and changes no mode', () => {
    const lock = locked(undefined, ['title', 'active']);
    const custom = resolved(atInstance(source, lock), atApollo(customSet({ title: 'mine', retries: 2 }, false)));
    expect(shown(custom)).toEqual({
      mode: 'custom',
      source: apollo,
      toggle: true,
      values: { title: 'i', retries: 2 },
    });
    expect(custom.hidden).toBe(false);
    const partial = resolved(atInstance(source, lock), atApollo(overridden({ title: 'mine' }, false)));
    expect(shown(partial)).toMatchObject({ mode: 'partial', toggle: true, values: { title: 'i', retries: 1 } });
  });

  it('keeps a field absent below that the locker does not have', () =>
    expect(
      valuesOf(
        resolved(atInstance(instanceSet(), locked(undefined, ['title'])), atApollo(customSet({ title: 'mine' }))),
      ),
    ).toEqual({}));

  it('of a group holds what is effective there', () => {
    const result = resolved(
      atInstance(source),
      atAlpha(groupOverridden('alpha', { title: 'a' }), locked('alpha', ['title', 'retries'])),
      atApollo(customSet({ title: 'mine', retries: 9, labels: ['mine'] })),
    );
    expect(valuesOf(result)).toEqual({ title: 'a', retries: 1, labels: ['mine'] });
    expect(['title', 'retries'].map((field) => sourceOf(result, field))).toEqual([alpha, instance]);
  });

  it('holds for all of a connection where it names one field of it', () => {
    const url = 'https://tracker.example';
    const result = resolved(
      atInstance(instanceSet({ url, token: secretOf('t', instance) }), locked(undefined, ['url'])),
      atApollo(
        customSet({ url: 'https://other.example', token: secretOf('m', apollo), username: 'me', title: 'mine' }),
      ),
    );
    expect(valuesOf(result)).toEqual({ url, token: secretMarkOf('t', instance), title: 'mine' });
    expect(lockOf(result.settings.locks, 'username')).toBe(instance);
  });

  it('holds for all of a connection also where the definition made it one later', () => {
    const path = [
      atInstance(instanceSet({ url: 'https://tracker.example', token: 'x' }), locked(undefined, ['url'])),
      atApollo(customSet({ url: 'https://other.example', token: 'mine' })),
    ];
    const before = { fields: { url: { type: 'string' }, token: { type: 'string' } } } satisfies IntegrationDefinition;
    const after = {
      fields: { url: { type: 'string', endpoint: true }, token: { type: 'string', secret: true } },
    } satisfies IntegrationDefinition;
    expect(valuesOf(resolveIn(before, ...path))['token']).toBe('mine');
    expect(resolveIn(after, ...path).settings.slots.get('token')?.scope).toBe(instance);
  });
});

describe('several locks', () => {
  it('hold together, the highest for each field', () => {
    const result = resolved(
      atInstance(instanceSet({ title: 'i', retries: 1, labels: ['i'] }), locked(undefined, ['title'])),
      atAlpha(groupSet('alpha', { title: 'a', retries: 2, labels: ['a'] }), locked('alpha', ['title', 'retries'])),
      atApollo(customSet({ title: 'p', retries: 3, labels: ['p'] })),
    );
    expect(valuesOf(result)).toEqual({ title: 'i', retries: 2, labels: ['p'] });
    const { locks } = result.settings;
    expect([lockOf(locks, 'title'), lockOf(locks, 'retries'), lockOf(locks, 'labels')]).toEqual([
      instance,
      alpha,
      undefined,
    ]);
    expect(locks.highest).toBe(instance);
  });

  it('of which a lower one is whole leave each field to the highest', () => {
    const result = resolved(
      atInstance(instanceSet({ title: 'i' }), locked(undefined, ['title'])),
      atAlpha(groupSet('alpha', { title: 'a', retries: 2 }), locked('alpha')),
      atApollo(customSet({ title: 'p', retries: 3 })),
    );
    expect(shown(result)).toEqual({
      mode: 'inherited',
      source: alpha,
      toggle: true,
      values: { title: 'i', retries: 2 },
    });
    const { locks } = result.settings;
    expect([lockOf(locks, 'title'), lockOf(locks, 'retries'), locks.highest]).toEqual([instance, alpha, instance]);
  });

  it('below a whole one change nothing', () => {
    const result = resolved(
      atInstance(instanceSet({ title: 'i' }), locked(undefined)),
      atAlpha(groupSet('alpha', { title: 'a' }), locked('alpha', ['title'])),
      atApollo(customSet({ title: 'p' })),
    );
    expect(valuesOf(result)).toEqual({ title: 'i' });
    expect(lockOf(result.settings.locks, 'title')).toBe(instance);
  });

  it('are shown at scopes that do not deviate', () =>
    expect(
      resolved(atInstance(instanceSet(), locked(undefined, ['title'])), atAlpha(), atApollo()).settings.locks.highest,
    ).toBe(instance));
});

describe('a connection', () => {
  const url = 'https://tracker.example';
  const other = 'https://other.example';
  const ours = instanceSet({
    url,
    api_url: 'https://api.example',
    username: 'bot',
    token: secretOf('t', instance),
    title: 'i',
  });

  it('belongs as a whole to who has stored a secret of it', () =>
    expect(valuesOf(resolved(atInstance(ours), atApollo(overridden({ token: secretOf('m', apollo) }))))).toEqual({
      token: secretMarkOf('m', apollo),
      title: 'i',
    }));

  it('belongs as a whole to who has stored a marked field of it, also an empty one', () =>
    expect(valuesOf(resolved(atInstance(ours), atApollo(overridden({ username: null }))))).toEqual({ title: 'i' }));

  it('leaves the other addresses to be inherited where only addresses are stored, but no secret', () =>
    expect(valuesOf(resolved(atInstance(ours), atApollo(overridden({ url: other }))))).toEqual({
      url: other,
      api_url: 'https://api.example',
      title: 'i',
    }));

  it('sends no secret to an address that was own before the definition grew the secret', () => {
    const path = [atInstance(ours), atApollo(overridden({ url: other }))];
    const { token: _, username: __, ...fields } = tracker.fields;
    expect(valuesOf(resolveIn({ fields }, ...path))['url']).toBe(other);
    expect(valuesOf(resolveIn(tracker, ...path))['token']).toBeUndefined();
    expect(resolveIn(tracker, ...path).settings.missing).toEqual(['token']);
  });

  it('is not owned by who has stored only fields beside it', () =>
    expect(valuesOf(resolved(atInstance(ours), atApollo(overridden({ title: 'mine' }))))).toMatchObject({
      url,
      token: secretMarkOf('t', instance),
    }));
});

describe('parts', () => {
  it('are the documents and locks in use, and nothing else', () => {
    const top = atInstance(instanceSet({ title: 'i' }), locked(undefined, ['title']));
    const middle = atAlpha(groupSet('alpha', { retries: 1 }));
    const leaf = atApollo(overridden({ labels: ['x'] }));
    expect(resolved(top, middle, leaf).settings.parts).toEqual([
      top.state.own,
      top.state.lock,
      middle.state.own,
      leaf.state.own,
    ]);
    const unlockedTop = atInstance(instanceSet({ title: 'i' }));
    expect(resolved(unlockedTop, middle, leaf).settings.parts).toEqual([middle.state.own, leaf.state.own]);
  });

  it('leave out what a whole lock hides', () => {
    const top = atInstance(instanceSet(), locked(undefined));
    expect(resolved(top, atApollo(customSet())).settings.parts).toEqual([top.state.own, top.state.lock]);
  });
});

describe('a step that adds nothing', () => {
  it('passes the same object on', () => {
    const context = readingContextFor('tracker', tracker);
    const above = resolveStep(
      context,
      nothingAbove,
      atInstance(instanceSet({ title: 'i' }), locked(undefined)),
    ).passedDown;
    for (const step of [atAlpha(), atApollo(), atApollo(customSet()), historyOf(beta)]) {
      const { settings, passedDown } = resolveStep(context, above, step);
      expect(settings).toBe(above);
      expect(passedDown).toBe(above);
    }
  });
});
