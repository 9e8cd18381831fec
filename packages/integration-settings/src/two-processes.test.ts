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
  /** Asks again with the same id, here and in the other process, and after reopening: the answer is the same. */
  const askedAgain = async ({ eventStore, one, other }: Two, command: Command, commandId: string): Promise<void> => {
    const reopened = await open({ eventStore });
    for (const settings of [other, one, reopened]) {
      const error = await errorOf(settings.execute(command, { actor: admin, commandId }));
      expect(error).toMatchObject({ code: 'SUPERSEDED', receipt: { duplicate: true, visible: true } });
    }
  };

  it('has no effect where settings are for a removed project', async () => {
    const setup = await two(registerProject('apollo', { group: null }), channel('a'));
    const { eventStore, one, other, held } = setup;
    held.hold();
    await given(one, removeProject('apollo'));
    const command = switchToCustom({ project: 'apollo' }, 'chat', { channel: 'x' });
    const commandId = randomUUID();
    const executing = errorOf(other.execute(command, { actor: admin, commandId }));
    await one.waitFor((await logSize(eventStore, 4)) - 1n);
    held.release();
    const error = await executing;
    expect(isSuperseded(error) && error.became).toContain('project/apollo');
    expect(error).toMatchObject({ receipt: { duplicate: false, events: [{ type: 'SwitchedToCustom' }] } });
    await askedAgain(setup, command, commandId);
    expect(one.counts('chat').total).toBe(0);
  });

  it('puts a project directly below the instance where its group was removed', async () => {
    const setup = await two(registerGroup('crew', { parent: null }));
    const { eventStore, one, other, held } = setup;
    held.hold();
    await given(one, removeGroup('crew'));
    const command = registerProject('apollo', { group: 'crew' });
    const commandId = randomUUID();
    const executing = errorOf(other.execute(command, { actor: admin, commandId }));
    await one.waitFor((await logSize(eventStore, 3)) - 1n);
    held.release();
    expect(await executing).toMatchObject({ code: 'SUPERSEDED' });
    await askedAgain(setup, command, commandId);
    for (const settings of [one, other]) expect(settings.scopes.parent({ project: 'apollo' })).toBe('instance');
  });

  it('leaves a group where it was where two moves would close a circle', async () => {
    const setup = await two(registerGroup('a', { parent: null }), registerGroup('b', { parent: null }));
    const { eventStore, one, other, held } = setup;
    held.hold();
    await given(one, moveGroup('a', { parent: 'b' }));
    const command = moveGroup('b', { parent: 'a' });
    const commandId = randomUUID();
    const executing = errorOf(other.execute(command, { actor: admin, commandId }));
    await one.waitFor((await logSize(eventStore, 4)) - 1n);
    held.release();
    expect(await executing).toMatchObject({ code: 'SUPERSEDED' });
    await askedAgain(setup, command, commandId);
    for (const settings of [one, other])
      expect(settings.scopes.path({ group: 'a' })).toEqual(['instance', { group: 'b' }, { group: 'a' }]);
  });
});

/** The number of events once there are that many. */
const logSize = async (eventStore: EventStore, size: number): Promise<bigint> => {
  for await (const message of eventStore.subscribeToAll({ after: BigInt(size - 2) })) {
    if (message.kind === 'events') break;
  }
  return BigInt(size);
};

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
