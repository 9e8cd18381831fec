import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SettingsCommand } from '../commands.ts';
import type { SettingsEventBody } from '../events.ts';
import { isSecretRef } from '../secret-ref.ts';
import { readingContextFor } from '../testing/index.ts';
import { appendedAt, commandFor, decideAt, pathAfter, pathScopes, step } from './history.fixture.ts';
import { resolve, type ScopeSettings } from './resolve.ts';
import { apollo, tracker } from './settings.fixture.ts';

const history = fc.array(step, { maxLength: 12 }).map(pathAfter);
const leaf = pathScopes.length - 1;

const effective = (path: readonly ScopeSettings[]) => {
  const { mode, settings } = resolve(readingContextFor('tracker', tracker, path), path);
  return { mode, source: settings.source, toggle: settings.toggle?.value, values: valuesOf(settings.slots) };
};
const valuesOf = (slots: ReadonlyMap<string, { readonly value: unknown }>) =>
  Object.fromEntries(
    [...slots].filter(([, { value }]) => value !== undefined).map(([name, { value }]) => [name, value]),
  );

/** Whether an event names no field and no toggle. */
const saysNothing = ({ data }: SettingsEventBody): boolean => {
  const {
    active,
    values = {},
    fields = [],
  } = data as { active?: boolean; values?: object; fields?: readonly string[] };
  return active === undefined && Object.keys(values).length === 0 && fields.length === 0;
};

describe('deciding', () => {
  it('decides nothing when the same command comes twice', () => {
    fc.assert(
      fc.property(history, step, (before, { at, command }) => {
        const events = decideAt(before, at, command);
        fc.pre(events !== 'rejected' && !holdsReference(command));
        expect(decideAt(appendedAt(before, at, events), at, command)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('appends no event that changes nothing, or says nothing', () => {
    fc.assert(
      fc.property(history, step, (before, { at, command }) => {
        const events = decideAt(before, at, command);
        fc.pre(events !== 'rejected' && events.length > 0 && command.type !== 'EraseSecrets');
        const own = before[at]?.state.own;
        const after = appendedAt(before, at, events)[at];
        expect({ own: withoutCauses(after?.state.own), lock: after?.state.lock?.fields }).not.toEqual({
          own: withoutCauses(own),
          lock: before[at]?.state.lock?.fields,
        });
        const silent = events
          .filter(({ type }) => type.endsWith('Changed') || type.startsWith('Fields'))
          .filter(saysNothing);
        expect(silent).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing of a scope that is not below', () => {
    fc.assert(
      fc.property(history, step, (before, { at, command }) => {
        const events = decideAt(before, at, command);
        fc.pre(events !== 'rejected');
        const after = appendedAt(before, at, events);
        for (let index = 0; index < at; index += 1) {
          expect(effective(after.slice(0, index + 1))).toEqual(effective(before.slice(0, index + 1)));
        }
      }),
    );
  });

  it('changes a custom project without locks above only by its own commands', () => {
    const unlocked = step.filter(({ command }) => command.type !== 'LockDefault');
    const above = unlocked.filter(({ at, command }) => at < leaf && command.type !== 'EraseSecrets');
    fc.assert(
      fc.property(
        fc.array(unlocked, { maxLength: 8 }),
        commandFor(apollo).filter(({ type }) => type === 'SwitchToCustom'),
        fc.array(above, { minLength: 1, maxLength: 8 }),
        (earlier, toCustom, later) => {
          const before = pathAfter([...earlier, { at: leaf, command: toCustom }]);
          fc.pre(before[leaf]?.state.own?.kind === 'custom');
          const after = pathAfter([...earlier, { at: leaf, command: toCustom }, ...later]);
          expect(effective(after)).toEqual(effective(before));
        },
      ),
    );
  });

  it('gives what inherits always the values of what it inherits from', () => {
    fc.assert(
      fc.property(history, (path) => {
        fc.pre(path[leaf]?.state.own === undefined);
        const { mode: _, ...inherited } = effective(path);
        const { mode: __, ...parents } = effective(path.slice(0, leaf));
        expect(inherited).toEqual(parents);
      }),
    );
  });

  it('keeps what is stored in good form', () => {
    fc.assert(
      fc.property(history, (path) => {
        for (const { scope, state } of path) {
          const { own, lock } = state;
          const fields = own?.fields ?? [];
          expect(own?.kind === 'partial' && own.active === undefined && fields.length === 0).toBe(false);
          expect(own?.kind === 'custom' && own.active === undefined).toBe(false);
          expect(own?.kind === 'custom' && fields.some(({ value }) => value === null)).toBe(false);
          expect(scope === 'instance' && own?.kind === 'partial').toBe(false);
          expect(lock !== undefined && lock.fields.length === 0).toBe(false);
        }
      }),
    );
  });

  it('leaves complete what it makes active', () => {
    const activating = step
      .filter(({ command }) => ['SwitchToCustom', 'SetInstanceDefault', 'OverrideFields'].includes(command.type))
      .map(({ at, command }) => ({
        at,
        command: { ...command, data: { ...command.data, active: true } } as typeof command,
      }));
    fc.assert(
      fc.property(history, activating, (before, { at, command }) => {
        const events = decideAt(before, at, command);
        fc.pre(events !== 'rejected');
        const wasActive = effective(before.slice(0, at + 1)).toggle === true;
        const { toggle, values } = effective(appendedAt(before, at, events).slice(0, at + 1));
        const missing = ['url', 'token'].filter((name) => !(name in values));
        expect(!wasActive && toggle === true ? missing : []).toEqual([]);
      }),
    );
  });
});

/** A reference names what is there; the command may have dropped that, and is then refused when it comes again (R22). */
const holdsReference = ({ data }: SettingsCommand): boolean =>
  Object.values(('values' in data && data.values) || {}).some(isSecretRef);

/** What is stored, apart from which event stored it. */
const withoutCauses = (own: ScopeSettings['state']['own']) =>
  own === undefined
    ? undefined
    : {
        kind: own.kind,
        active: own.active?.value,
        values: Object.fromEntries(own.fields.map(({ name, value }) => [name, value])),
      };
