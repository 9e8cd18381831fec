import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IntegrationDefinition } from '../catalog/definition.ts';
import type { SettingsCommand } from '../commands.ts';
import { lockDefault, overrideFields } from '../create-settings-commands.ts';
import { SecretMark } from '../secret-ref.ts';
import { historyOf, readingContextFor, secretOf } from '../testing/index.ts';
import { appendedAt, pathAfter, pathScopes, step } from './history.fixture.ts';
import { resolve } from './resolve.ts';
import { apollo, instance, tracker, trackerEvents } from './settings.fixture.ts';

const { token: _, username: __, ...addresses } = tracker.fields;
/** Before the definition grew its secret, and after; neither requires anything, so that more commands are accepted. */
const before = { fields: { ...addresses, url: { type: 'string', endpoint: true } } } satisfies IntegrationDefinition;
const after = {
  fields: { ...tracker.fields, url: { type: 'string', endpoint: true }, token: { type: 'string', secret: true } },
} satisfies IntegrationDefinition;

const url = 'https://a.example';

/** The same command, entering no secret: a text becomes a mask. */
const withoutText = (command: SettingsCommand): SettingsCommand => {
  if (!('values' in command.data) || typeof command.data.values?.['token'] !== 'string') return command;
  const values = { ...command.data.values, token: '********' };
  return { ...command, data: { ...command.data, values } } as SettingsCommand;
};
/** Any command, and often one that matters here: another address far below, or a lock of the connection. */
const steps = fc.array(
  fc.oneof(
    step.map(({ at, command }) => ({ at, command: withoutText(command) })),
    fc.constantFrom('https://a.example', 'https://b.example').map((url) => ({
      at: pathScopes.length - 1,
      command: overrideFields(apollo, 'tracker', { url }) as SettingsCommand,
    })),
    fc.constant({ at: 0, command: lockDefault('instance', 'tracker', ['url']) as SettingsCommand }),
  ),
  { maxLength: 8 },
);

describe('a secret', () => {
  it('is effective only beside the addresses that it was entered for, whatever is done that does not enter it, locked and after unlocking', () => {
    fc.assert(
      fc.property(steps, steps, (earlier, later) => {
        const configured = pathScopes.map((scope) =>
          historyOf(scope, ...(scope === instance ? [trackerEvents.instanceSet({ url })] : [])),
        );
        const start = pathAfter(earlier, before, configured);
        const token = secretOf('s', instance, start[0]?.state.era);
        const entered = trackerEvents.instanceSet({ url, token });
        const path = pathAfter(later, after, appendedAt(start, 0, [entered]));
        const context = readingContextFor('tracker', after, path);
        const unlocked = path.map(({ scope, state }) => ({ scope, state: { ...state, lock: undefined } }));
        const tails = [path, unlocked].flatMap((path) => path.map((_scope, index) => path.slice(0, index + 1)));
        for (const tail of tails) {
          const { slots } = resolve(context, tail).settings;
          const hasSecret = slots.get('token')?.value instanceof SecretMark;
          const found = hasSecret ? [slots.get('url')?.value, slots.get('api_url')?.value] : [url, undefined];
          expect(found).toEqual([url, undefined]);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
