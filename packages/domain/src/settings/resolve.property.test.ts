import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readingContextFor } from '../testing/index.ts';
import { definitions, path, scopeHistory } from './history.fixture.ts';
import { naively } from './naive-resolve.fixture.ts';
import { type Resolved, resolve } from './resolve.ts';
import { beta } from './settings.fixture.ts';

const definition = fc.constantFrom(...definitions);

const shown = ({ mode, settings, hidden }: Resolved) => {
  const present = [...settings.slots].filter(([, { value }]) => value !== undefined);
  return {
    mode,
    source: settings.source,
    active: settings.toggle?.value,
    values: Object.fromEntries(present.map(([name, { value }]) => [name, value])),
    sources: Object.fromEntries(present.map(([name, { scope }]) => [name, scope])),
    missing: settings.missing,
    hidden,
    lockedBy: settings.locks.highest,
  };
};

describe('resolving', () => {
  it('says what the rules say about each field by itself', () => {
    fc.assert(
      fc.property(definition, path, (definition, path) => {
        const context = {
          ...readingContextFor('tracker', definition),
          clearSecretId: (_: string, name: string) => `in clear ${name}`,
        };
        expect(shown(resolve(context, path))).toEqual(naively(definition, path));
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives a scope that has nothing of its own exactly what its parent passes down', () => {
    fc.assert(
      fc.property(definition, path, (definition, path) => {
        const context = readingContextFor('tracker', definition);
        const empty = {
          scope: { project: 'empty' },
          state: { own: undefined, lock: undefined, era: 0, valuesInEra: false },
        };
        const below = resolve(context, [...path, empty]);
        expect(below.settings).toBe(below.passedDown);
        expect(['inherited', 'unconfigured']).toContain(below.mode);
        const { slots, toggle, source, missing } = resolve(context, path).settings;
        expect(below.settings).toMatchObject({ slots, toggle, source, missing });
      }),
    );
  });

  it('changes nothing below a whole lock, whatever is done there', () => {
    fc.assert(
      fc.property(definition, path, scopeHistory(beta), (definition, path, between) => {
        const context = readingContextFor('tracker', definition);
        const { passedDown } = resolve(context, path);
        fc.pre(passedDown.locks.whole !== undefined);
        const below = resolve(context, [...path, between]);
        expect(shown({ ...below, mode: 'inherited', hidden: false })).toEqual(
          shown({ mode: 'inherited', settings: passedDown, passedDown, hidden: false }),
        );
      }),
    );
  });

  it('never mixes a secret with an address that another scope chose', () => {
    fc.assert(
      fc.property(definition, path, (definition, path) => {
        const context = readingContextFor('tracker', definition);
        const { connection } = context.compiled;
        fc.pre(connection !== undefined);
        const { slots } = resolve(context, path).settings;
        const owners = new Set(
          [...slots]
            .filter(([name, { value }]) => connection.members.includes(name) && value !== undefined)
            .map(([, { document }]) => document),
        );
        const hasSecret = connection.secrets.some((name) => slots.get(name)?.value !== undefined);
        expect(hasSecret ? owners.size : 1).toBe(1);
      }),
      { numRuns: 1_000 },
    );
  });
});
