import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteEventStore } from '@integration-settings/adapters/sqlite';
import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import {
  type Command,
  type CommandReceipt,
  type EventStore,
  isSuperseded,
  lockDefault,
  moveGroup,
  registerGroup,
  registerProject,
  removeGroup,
  removeProject,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
  switchToInherited,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import type { IntegrationSettings } from './integration-settings.ts';
import { type HeldStore, heldStore } from './held-store.fixture.ts';
import { admin, as, errorOf, given, logOf, open, refusal, shared, withChanges } from './settings.fixture.ts';
import { keyringOver, sharedKeyStore } from './shared-keys.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const channel = (name: string) => setInstanceDefault('chat', { channel: name });
const folder = temporaryFolder();

/** Two settings on one store, as two processes have them; the store of the second can be held up. */
interface Two {
  readonly eventStore: EventStore;
  readonly one: IntegrationSettings;
  readonly other: IntegrationSettings;
  readonly held: HeldStore;
}

const two = async (...commands: readonly Command[]): Promise<Two> => {
  const eventStore = shared();
  const held = heldStore(eventStore);
  const keyStore = sharedKeyStore();
  const one = await open({ eventStore, keyring: await keyringOver(keyStore) });
  const other = await open({ eventStore: held.store, keyring: await keyringOver(keyStore) });
  await given(one, ...commands);
  await other.waitFor(one.position);
  return { eventStore, one, other, held };
};

describe('a view that is behind', () => {
  it('is brought to the head of the store before a command is refused', async () => {
    const { one, other, held } = await two();
    held.holdUntilAsked();
    await given(one, registerGroup('crew', { parent: null }), channel('a'));
    expect(other.scopes.exists({ group: 'crew' })).toBe(false);
    const receipt = await other.execute(registerProject('apollo', { group: 'crew' }), { actor: admin });
    expect(receipt.events).toHaveLength(1);
    expect(other.effective({ project: 'apollo' }, 'chat').values).toEqual({ channel: 'a' });
  });

  it('is brought to the head of the store before a command is answered with nothing to do', async () => {
    const { one, other, held } = await two(channel('a'));
    held.holdUntilAsked();
    await given(one, channel('b'));
    const receipt = await other.execute(channel('a'), { actor: admin });
    expect(receipt.events).toMatchObject([{ type: 'InstanceDefaultChanged', data: { values: { channel: 'a' } } }]);
  });

  it('is brought to the head of the store before somebody is not authorised', async () => {
    const { one, other, held } = await two(registerGroup('crew', { parent: null }));
    held.holdUntilAsked();
    await given(one, registerProject('apollo', { group: 'crew' }));
    const owner = as('owner', { group: 'crew' });
    const receipt = await other.execute(
      { type: 'RenameProject', data: { project: 'apollo', name: 'Apollo' } },
      { actor: owner },
    );
    expect(receipt.events).toHaveLength(1);
  });

  it('is brought to the head of the store before a preview is refused', async () => {
    const { one, other, held } = await two();
    held.holdUntilAsked();
    await given(one, registerProject('apollo', { group: null }));
    const impact = await other.preview(switchToCustom({ project: 'apollo' }, 'chat', { channel: 'x' }), {
      actor: admin,
    });
    expect(impact.affected).toBe(1);
  });

  it('refuses what is still wrong at the head', async () => {
    const { one, other, held } = await two(registerGroup('crew', { parent: null }));
    held.holdUntilAsked();
    await given(one, removeGroup('crew'));
    expect(await refusal(other, { type: 'RenameGroup', data: { group: 'crew', name: 'x' } })).toBe('UnknownScope');
  });

  it('knows a command id that another process used since, for the same stream', async () => {
    const { eventStore, one, other, held } = await two(channel('a'));
    const commandId = randomUUID();
    held.holdUntilAsked();
    const first = await one.execute(channel('b'), { actor: admin, commandId });
    expect(await refusal(other, channel('c'), { commandId })).toBe('CommandIdReused');
    expect(await other.execute(channel('b'), { actor: admin, commandId })).toEqual({ ...first, duplicate: true });
    expect(await logOf(eventStore)).toHaveLength(2);
  });

  it('knows a command id that another process used since, for another stream', async () => {
    const { eventStore, one, other, held } = await two(channel('a'));
    const commandId = randomUUID();
    held.holdUntilAsked();
    await given(one, channel('b'));
    await one.execute(registerGroup('crew', { parent: null }), { actor: admin, commandId });
    expect(await refusal(other, registerProject('apollo', { group: null }), { commandId })).toBe('CommandIdReused');
    expect(await logOf(eventStore)).toHaveLength(3);
  });

  it('hears of a twin in another process that was first while its own append was under way', async () => {
    const eventStore = shared();
    const one = await open({ eventStore, clock: () => new Date('2031-01-01T00:00:00Z') });
    const commandId = randomUUID();
    let first: CommandReceipt | undefined;
    const other = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (...all) => {
          first = await one.execute(channel('a'), { actor: admin, commandId });
          return eventStore.appendToStream(...all);
        },
      }),
    });
    const receipt = await other.execute(channel('a'), { actor: admin, commandId });
    expect(receipt).toEqual({ ...first, duplicate: true });
    expect(await logOf(eventStore)).toHaveLength(1);
  });

  it('hears of a namesake with another body in the same way', async () => {
    const eventStore = shared();
    const one = await open({ eventStore });
    const commandId = randomUUID();
    const other = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (...all) => {
          await one.execute(channel('a'), { actor: admin, commandId });
          return eventStore.appendToStream(...all);
        },
      }),
    });
    expect(await refusal(other, channel('b'), { commandId })).toBe('CommandIdReused');
    expect(await logOf(eventStore)).toHaveLength(1);
  });
});

describe('an event that met another state than it was decided on', () => {
  /**
   * Executes a command while another process is a little faster, then asks again with the same id, in both processes and
   * after reopening: the answer is the same each time.
   */
  const superseded = async (
    before: readonly Command[],
    faster: Command,
    command: Command,
  ): Promise<readonly IntegrationSettings[]> => {
    const eventStore = shared();
    const one = await open({ eventStore });
    await given(one, ...before);
    const other = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (...all) => {
          await given(one, faster);
          return eventStore.appendToStream(...all);
        },
      }),
    });
    const commandId = randomUUID();
    const error = await errorOf(other.execute(command, { actor: admin, commandId }));
    expect(error).toMatchObject({ code: 'SUPERSEDED', receipt: { duplicate: false, visible: true } });
    const everybody = [one, other, await open({ eventStore })];
    for (const settings of everybody) {
      const again = await errorOf(settings.execute(command, { actor: admin, commandId }));
      expect(again).toMatchObject({ code: 'SUPERSEDED', receipt: { duplicate: true, visible: true } });
      expect(isSuperseded(again) && again.became).toBe(isSuperseded(error) && error.became);
    }
    expect(await logOf(eventStore)).toHaveLength(before.length + 2);
    return everybody;
  };

  it('has no effect where settings are for a removed project', async () => {
    const everybody = await superseded(
      [registerProject('apollo', { group: null }), channel('a')],
      removeProject('apollo'),
      switchToCustom({ project: 'apollo' }, 'chat', { channel: 'x' }),
    );
    for (const settings of everybody) expect(settings.counts('chat').total).toBe(0);
  });

  it('puts a project directly below the instance where its group was removed', async () => {
    const everybody = await superseded(
      [registerGroup('crew', { parent: null })],
      removeGroup('crew'),
      registerProject('apollo', { group: 'crew' }),
    );
    for (const settings of everybody) expect(settings.scopes.parent({ project: 'apollo' })).toBe('instance');
  });

  it('leaves a group where it was where two moves would close a circle', async () => {
    const everybody = await superseded(
      [registerGroup('a', { parent: null }), registerGroup('b', { parent: null })],
      moveGroup('a', { parent: 'b' }),
      moveGroup('b', { parent: 'a' }),
    );
    for (const settings of everybody)
      expect(settings.scopes.path({ group: 'a' })).toEqual(['instance', { group: 'b' }, { group: 'a' }]);
  });
});

describe('a conflict with another process', () => {
  it('is decided again on what changed', async () => {
    const { one, other, held } = await two(channel('a'));
    held.holdUntilAsked();
    await given(one, setInstanceDefault('chat', { notify: 'all' }));
    const receipt = await other.execute(channel('b'), { actor: admin });
    expect(receipt).toMatchObject({ revision: 2n, visible: true });
    expect(other.effective('instance', 'chat').values).toEqual({ channel: 'b', notify: 'all' });
  });

  it('ends in nothing to do where the other did the same', async () => {
    const { eventStore, one, other, held } = await two(channel('a'));
    held.holdUntilAsked();
    await given(one, channel('b'));
    expect(await other.execute(channel('b'), { actor: admin })).toMatchObject({ events: [], revision: 1n });
    expect(await logOf(eventStore)).toHaveLength(2);
  });

  it('ends in a refusal where the command is now wrong', async () => {
    const { one, other, held } = await two(
      registerProject('apollo', { group: null }),
      channel('a'),
      switchToCustom({ project: 'apollo' }, 'chat'),
    );
    held.holdUntilAsked();
    await given(one, switchToInherited({ project: 'apollo' }, 'chat'));
    const command = { type: 'ChangeCustomSettings', data: { project: 'apollo', integration: 'chat', active: false } };
    expect(await refusal(other, command)).toBe('NotCustom');
  });

  it('is the answer where a revision was expected', async () => {
    const { one, other, held } = await two(channel('a'));
    held.holdUntilAsked();
    await given(one, channel('b'));
    expect(await refusal(other, channel('c'), { expectedRevision: 0n })).toBe('EXPECTED_REVISION_CONFLICT');
    expect(other.effective('instance', 'chat').values).toEqual({ channel: 'b' });
  });

  const tracker = (values: object) =>
    ({ type: 'SetInstanceDefault', data: { integration: 'tracker', values } }) as Command;

  it('is the answer where a secret was entered and the address is another one now', async () => {
    const { one, other, held } = await two(tracker({ url: 'https://old.example', token: 'hush-1' }));
    held.holdUntilAsked();
    await given(one, tracker({ url: 'https://new.example', token: 'hush-2' }));
    const error = await errorOf(other.execute(tracker({ token: 'hush-3' }), { actor: admin }));
    expect(error).toMatchObject({ code: 'EXPECTED_REVISION_CONFLICT', expected: 0n, actual: 1n });
  });

  it('is decided again where a secret was entered and the address is the same', async () => {
    const { one, other, held } = await two(tracker({ url: 'https://old.example', token: 'hush-1' }));
    held.holdUntilAsked();
    await given(one, tracker({ board: 'b' }));
    expect(await other.execute(tracker({ token: 'hush-3' }), { actor: admin })).toMatchObject({ revision: 2n });
  });

  it('is given up in the end where it happens every time', async () => {
    const eventStore = openMemoryEventStore();
    let appends = 0;
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (stream, events, options) => {
          appends += 1;
          const foreign = {
            ...events[0]!,
            id: randomUUID(),
            metadata: { ...(events[0]!.metadata as object), commandId: randomUUID() },
          };
          const data = { integration: 'chat', active: true, values: { channel: `foreign-${appends}` } };
          await eventStore.appendToStream(stream, [{ ...foreign, type: 'InstanceDefaultSet', data }], {
            expectedRevision: 'any',
          });
          return eventStore.appendToStream(stream, events, options);
        },
      }),
    });
    expect(await refusal(settings, channel('mine'))).toBe('EXPECTED_REVISION_CONFLICT');
    expect(appends).toBeGreaterThan(10);
    expect(settings.effective('instance', 'chat').values).toEqual({ channel: `foreign-${appends}` });
  });
});

it('follows another process on the same SQLite file', async () => {
  const file = join(folder(), 'shared.db');
  const one = await open({ eventStore: await openSqliteEventStore({ file }) });
  const other = await open({ eventStore: await openSqliteEventStore({ file }) });
  await given(one, registerGroup('crew', { parent: null }), lockDefault({ group: 'crew' }, 'chat'));
  const { position } = await one.execute(setGroupDefault('crew', 'chat', { channel: 'a' }), { actor: admin });
  await other.waitFor(position);
  expect(other.effective({ group: 'crew' }, 'chat').values).toEqual({ channel: 'a' });
  const projects = Array.from({ length: 40 }, (_, index) => `project-${index}`);
  const register = (project: string, index: number) =>
    [one, other][index % 2]!.execute(registerProject(project, { group: 'crew' }), { actor: admin });
  const receipts = await Promise.all(projects.map(register));
  const last = receipts.map(({ position }) => position).reduce((a, b) => (a > b ? a : b));
  await Promise.all([one.waitFor(last), other.waitFor(last)]);
  for (const settings of [one, other]) expect(settings.counts('chat')).toMatchObject({ total: 40, active: 40 });
});
