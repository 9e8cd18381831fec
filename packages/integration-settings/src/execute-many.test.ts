import {
  AppendOutcomeUnknown,
  type Command,
  moveGroup,
  registerGroup,
  registerProject,
  removeGroup,
  removeProject,
  renameProject,
  setGroupDefault,
  setInstanceDefault,
  switchToCustom,
  transferProject,
} from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import { heldStore } from './held-store.fixture.ts';
import type { ExecuteManyOptions, IntegrationSettings, Outcome } from './integration-settings.ts';
import { admin, errorOf, given, logOf, open, shared, withChanges } from './settings.fixture.ts';

const execute = async (
  settings: IntegrationSettings,
  commands: Iterable<Command> | AsyncIterable<Command>,
  options: Partial<ExecuteManyOptions> = {},
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for await (const outcome of settings.executeMany(commands, { actor: admin, batchId: 'batch', ...options }))
    outcomes.push(outcome);
  return outcomes;
};

/** `done`, `nothing to do`, `again`, or why it was refused. */
const short = (outcome: Outcome): string => {
  if ('error' in outcome) return (outcome.error as { reason?: string }).reason ?? outcome.error.code;
  if (outcome.receipt.duplicate) return 'again';
  return outcome.receipt.events.length === 0 ? 'nothing to do' : 'done';
};

const project = (index: number): Command => registerProject(`project-${index}`, { group: null });
const projects = (count: number): readonly Command[] => Array.from({ length: count }, (_, index) => project(index));

describe('executing many', () => {
  it('gives an outcome for each command, in the order of the input', async () => {
    const settings = await open();
    const outcomes = await execute(settings, [
      project(0),
      { type: 'RenameProject', data: { project: 'nowhere', name: 'x' } },
      { type: 'Nonsense', data: {} } as never,
      project(0),
      setInstanceDefault('chat', { channel: 'a' }),
    ]);
    expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(outcomes.map(short)).toEqual(['done', 'UnknownScope', 'InvalidCommand', 'nothing to do', 'done']);
  });

  it.each([1, 2, 7, 256])('keeps the order of what depends on each other, %i at once', async (concurrency) => {
    const settings = await open();
    const commands: Command[] = [];
    for (let index = 0; index < 40; index += 1) {
      const [group, parent] = [`group-${index}`, index === 0 ? null : `group-${index - 1}`];
      commands.push(
        registerGroup(group, { parent }),
        registerProject(`project-${index}`, { group }),
        setGroupDefault(group, 'chat', { channel: 'a' }),
        setGroupDefault(group, 'chat', { channel: group }),
        switchToCustom({ project: `project-${index}` }, 'chat'),
      );
    }
    commands.push(moveGroup('group-30', { parent: null }), registerProject('last', { group: 'group-30' }));
    const outcomes = await execute(settings, commands, { concurrency });
    expect(outcomes.filter((outcome) => short(outcome) !== 'done')).toEqual([]);
    expect(settings.effective({ group: 'group-39' }, 'chat').values).toEqual({ channel: 'group-39' });
    expect(settings.scopes.path({ project: 'last' })).toHaveLength(3);
  });

  it('repeats nothing under the same batch id, here or in another process', async () => {
    const eventStore = shared();
    const [one, other] = [await open({ eventStore }), await open({ eventStore })];
    const commands = [
      ...projects(20),
      setInstanceDefault('tracker', { url: 'https://t.example', token: 'hush-1' }, {}),
    ];
    const first = await execute(one, commands.slice(0, 10));
    expect(first.map(short)).toEqual(commands.slice(0, 10).map(() => 'done'));
    const second = await execute(other, commands);
    expect(second.map(short)).toEqual(commands.map((_, index) => (index < 10 ? 'again' : 'done')));
    expect(await logOf(eventStore)).toHaveLength(21);
    const elsewhere = await execute(one, commands.slice(0, 2), { batchId: 'another' });
    expect(elsewhere.map(short)).toEqual(['nothing to do', 'nothing to do']);
  });

  it('refuses another command in the same place of the same batch', async () => {
    const settings = await open();
    await execute(settings, [project(0), project(1)]);
    expect((await execute(settings, [project(0), project(2)])).map(short)).toEqual(['again', 'CommandIdReused']);
  });

  it('has no more under way than it is told, and takes the input as it goes', async () => {
    const eventStore = shared();
    let [underWay, most] = [0, 0];
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (...all) => {
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise(setImmediate);
          underWay -= 1;
          return eventStore.appendToStream(...all);
        },
      }),
    });
    let taken = 0;
    const input = function* (): Generator<Command> {
      for (const command of projects(50)) {
        taken += 1;
        yield command;
      }
    };
    const outcomes = settings.executeMany(input(), { actor: admin, batchId: 'b', concurrency: 4 });
    const iterator = outcomes[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: { index: 0 } });
    expect(taken).toBe(4);
    let left = 0;
    while ((await iterator.next()).done !== true) left += 1;
    expect(left).toBe(49);
    expect(most).toBeLessThanOrEqual(4);
    expect(most).toBeGreaterThan(1);
  });

  it('fills the places that are free with what need not wait, and takes no more when many are let go at once', async () => {
    const eventStore = shared();
    const [turns, underWay]: [string[][], Set<string>] = [[], new Set()];
    let most = 0;
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (streamName, ...rest) => {
          if (underWay.size === 0) turns.push([]);
          turns.at(-1)!.push(streamName.slice(streamName.indexOf('.') + 1));
          underWay.add(streamName);
          most = Math.max(most, underWay.size);
          await new Promise(setImmediate);
          underWay.delete(streamName);
          return eventStore.appendToStream(streamName, ...rest);
        },
      }),
    });
    const below = Array.from({ length: 10 }, (_, index) => registerProject(`below-${index}`, { group: 'g' }));
    const commands = [registerGroup('g', { parent: null }), ...below, ...projects(3)];
    const outcomes = await execute(settings, commands, { concurrency: 4 });
    expect(outcomes.map(short)).toEqual(commands.map(() => 'done'));
    expect(turns[0]).toEqual(['group-g', 'project-project-0', 'project-project-1', 'project-project-2']);
    expect(turns.map(({ length }) => length)).toEqual([4, 4, 4, 2]);
    expect(most).toBe(4);
  });

  it('gives the outcomes of what had begun before it fails as its input failed', async () => {
    const settings = await open();
    const failure = new Error('The file ended too early.');
    const input = async function* (): AsyncGenerator<Command> {
      yield project(0);
      yield project(1);
      throw failure;
    };
    const outcomes: Outcome[] = [];
    const running = (async () => {
      for await (const outcome of settings.executeMany(input(), { actor: admin, batchId: 'b' })) outcomes.push(outcome);
    })();
    expect(await errorOf(running)).toBe(failure);
    expect(outcomes.map(short)).toEqual(['done', 'done']);
  });

  it.each(['sync', 'async'] as const)('closes a %s input of which no more is wanted, and no other', async (kind) => {
    const settings = await open();
    let closed = 0;
    let index = 0;
    const next = (): IteratorResult<Command> => {
      index += 1;
      return index > 20 ? { done: true, value: undefined } : { done: false, value: project(index) };
    };
    const close = (): IteratorResult<Command> => {
      closed += 1;
      return { done: true, value: undefined };
    };
    const input: Iterable<Command> | AsyncIterable<Command> =
      kind === 'sync'
        ? { [Symbol.iterator]: () => ({ next, return: close }) }
        : { [Symbol.asyncIterator]: () => ({ next: async () => next(), return: async () => close() }) };
    for await (const outcome of settings.executeMany(input, { actor: admin, batchId: kind, concurrency: 3 })) {
      if (outcome.index === 1) break;
    }
    expect(closed).toBe(1);
    const left = 20 - index;
    expect(left).toBeGreaterThan(0);
    expect(await execute(settings, input, { batchId: `${kind}, the rest` })).toHaveLength(left);
    expect(closed).toBe(1);
  });

  it('ends with the reason of an aborted signal, and begins nothing more', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    const controller = new AbortController();
    const input = function* (): Generator<Command> {
      yield project(0);
      controller.abort('enough');
      yield project(1);
    };
    expect(await errorOf(execute(settings, input(), { signal: controller.signal }))).toBe('enough');
    expect((await logOf(eventStore)).length).toBeLessThanOrEqual(1);
    expect(settings.scopes.exists({ project: 'project-1' })).toBe(false);
  });

  it('closes its input where nobody wants more outcomes', async () => {
    const settings = await open();
    let isClosed = false;
    const input = function* (): Generator<Command> {
      try {
        yield* projects(1000);
      } finally {
        isClosed = true;
      }
    };
    for await (const { index } of settings.executeMany(input(), { actor: admin, batchId: 'b', concurrency: 2 }))
      if (index === 3) break;
    expect(isClosed).toBe(true);
    expect(settings.scopes.exists({ project: 'project-900' })).toBe(false);
  });

  it.each([
    [{ batchId: '' }, 'batchId'],
    [{ batchId: undefined as never }, 'batchId'],
    [{ concurrency: 0 }, 'concurrency'],
    [{ concurrency: 1.5 }, 'concurrency'],
  ])('refuses %j', async (options, field) => {
    const settings = await open();
    expect(await errorOf(execute(settings, projects(1), options))).toMatchObject({
      reason: 'InvalidCommand',
      issues: [{ field }],
    });
    expect(settings.position).toBe(-1n);
  });

  it.each([
    ['removal', removeGroup('old')],
    ['move', moveGroup('old', { parent: 'new' })],
  ])('lets the %s of a group come after what leaves it, and before what comes later', async (_, command) => {
    const settings = await open();
    const numbers = Array.from({ length: 5 }, (__, index) => index);
    await execute(settings, [
      registerGroup('old', { parent: null }),
      registerGroup('new', { parent: null }),
      ...numbers.flatMap((index) => [
        registerProject(`leaves-${index}`, { group: 'old' }),
        registerProject(`stays-${index}`, { group: 'old' }),
      ]),
    ]);
    const moves = (name: string) => numbers.map((index) => transferProject(`${name}-${index}`, { group: null }));
    const outcomes = await execute(settings, [...moves('leaves'), command, ...moves('stays')], { batchId: 'clean-up' });
    const isRemoval = command.type === 'RemoveGroup';
    expect(outcomes.map(short)).toEqual([
      ...numbers.map(() => 'done'),
      'done',
      ...numbers.map(() => (isRemoval ? 'UnknownScope' : 'done')),
    ]);
    expect(settings.scopes.exists({ project: 'leaves-4' })).toBe(true);
  });

  it('begins nothing that waits where nobody wants more outcomes', async () => {
    const settings = await open();
    await execute(settings, [project(0)]);
    const names = Array.from({ length: 50 }, (_, index) => renameProject('project-0', `name ${index}`));
    for await (const outcome of settings.executeMany(names, { actor: admin, batchId: 'names' })) {
      expect(short(outcome)).toBe('done');
      break;
    }
    const { position } = settings;
    expect((await settings.execute(renameProject('project-0', 'last'), { actor: admin })).position).toBe(position + 1n);
    expect(position).toBeLessThan(3n);
  });

  it('keeps what was removed in its place in the order', async () => {
    const settings = await open();
    await given(settings, project(0));
    const outcomes = await execute(settings, [removeProject('project-0'), project(0), removeProject('project-0')]);
    expect(outcomes.map(short)).toEqual(['done', 'AlreadyRegistered', 'nothing to do']);
  });

  it('decides again what met a write of another process', async () => {
    const eventStore = shared();
    const held = heldStore(eventStore);
    const releasing = withChanges(held.store, {
      appendToStream: (...all) => {
        held.release(); // it was decided
        return eventStore.appendToStream(...all);
      },
    });
    const [one, other] = [await open({ eventStore: releasing }), await open({ eventStore })];
    const input = async function* (): AsyncGenerator<Command> {
      held.hold();
      await given(other, project(1), registerProject('project-2', { group: null, name: 'Theirs' }));
      yield* projects(4);
    };
    expect((await execute(one, input())).map(short)).toEqual(['done', 'nothing to do', 'AlreadyRegistered', 'done']);
    expect(await logOf(eventStore)).toHaveLength(4);
  });

  it('writes once what a store lost the answer to, beside others that it answered', async () => {
    const eventStore = shared();
    const lost = new Set<string>();
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: async (stream, events, options) => {
          const result = await eventStore.appendToStream(stream, events, options);
          if (lost.has(stream) || stream.endsWith('project-2')) return result;
          lost.add(stream);
          throw new AppendOutcomeUnknown(stream, 'the acknowledgement was lost');
        },
      }),
    });
    expect((await execute(settings, projects(5))).map(short)).toEqual(projects(5).map(() => 'done'));
    expect(lost.size).toBe(4);
    expect(await logOf(eventStore)).toHaveLength(5);
  });

  it('fails as a store that throws, after what ended before; nothing waits for it afterwards', async () => {
    const eventStore = shared();
    let isBroken = true;
    const settings = await open({
      eventStore: withChanges(eventStore, {
        appendToStream: (...all) => {
          if (isBroken && all[0].endsWith('project-1')) throw new RangeError('Broken.');
          return eventStore.appendToStream(...all);
        },
      }),
    });
    const outcomes: Outcome[] = [];
    const running = (async () => {
      for await (const outcome of settings.executeMany(projects(3), { actor: admin, batchId: 'b' })) {
        outcomes.push(outcome);
      }
    })();
    expect(await errorOf(running)).toBeInstanceOf(RangeError);
    expect(outcomes.map(short)).toEqual(['done']);
    isBroken = false;
    expect((await execute(settings, projects(3), { batchId: 'b' })).map(short)).toEqual(['again', 'done', 'again']);
  });

  it('writes a batch once that two callers have executed at once', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    const [one, other] = await Promise.all([execute(settings, projects(30)), execute(settings, projects(30))]);
    for (const [index, outcome] of one.entries()) {
      expect([short(outcome), short(other[index]!)].sort()).toEqual(['again', 'done']);
    }
    expect(await logOf(eventStore)).toHaveLength(30);
  });

  it('gives outcomes in order where later commands have ended before', async () => {
    const chain = Array.from({ length: 6 }, (_, index) =>
      registerGroup(`group-${index}`, { parent: index === 0 ? null : `group-${index - 1}` }),
    );
    const settings = await open();
    const outcomes = await execute(settings, [...chain, ...projects(20)], { concurrency: 4 });
    expect(outcomes.map(({ index }) => index)).toEqual([...chain, ...projects(20)].map((_, index) => index));
    expect(outcomes.map(short)).toEqual(outcomes.map(() => 'done'));
  });
});
