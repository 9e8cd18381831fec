import { isDeepStrictEqual } from 'node:util';
import { type Command, isPreviewOutdated, isSecretRef, type ScopeRef } from '@integration-settings/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Impact, IntegrationSettings } from './integration-settings.ts';
import { randomCommand, smallTree, smallTreeIntegrations, smallTreeScopes } from './random-commands.fixture.ts';
import { admin, as, errorOf, expectNothingStored, given, open, reasonOf, shared } from './settings.fixture.ts';

const isStructural = (command: Command): boolean => !('integration' in command.data);

/** A project's toggle and values as data, secrets by their id. */
interface Outcome {
  readonly isConfigured: boolean;
  readonly active: boolean;
  readonly values: object;
}
/** By project and integration. */
type Pairs = ReadonlyMap<string, Outcome>;

const pairsOf = (settings: IntegrationSettings): Pairs => {
  const pairs = new Map<string, Outcome>();
  for (const scope of smallTreeScopes) {
    if (scope === 'instance' || 'group' in scope || !settings.scopes.exists(scope)) continue;
    for (const integration of smallTreeIntegrations) {
      const { active, values, mode } = settings.effective(scope, integration);
      const shown = Object.entries(values).map(([name, value]) => [
        name,
        isSecretRef(value) ? { id: value.id } : value,
      ]);
      const isConfigured = mode !== 'unconfigured';
      pairs.set(`${scope.project} ${integration}`, { isConfigured, active, values: Object.fromEntries(shown) });
    }
  }
  return pairs;
};

const projectOf = (pair: string): string => pair.split(' ')[0]!;

/** The pairs whose toggle or values differ; of projects that come or go, those that have or had settings. */
const differing = (before: Pairs, after: Pairs): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((pair) => {
    const [one, other] = [before.get(pair), after.get(pair)];
    if (one === undefined || other === undefined) return (one ?? other)?.isConfigured;
    return one.active !== other.active || !isDeepStrictEqual(one.values, other.values);
  });

const sum = ({ affected, unaffected }: Impact): number =>
  affected + Object.values(unaffected).reduce((total, count) => total + count, 0);

/** Executes what the preview refused: it is refused in the same way. */
const expectRefused = async (settings: IntegrationSettings, command: Command, previewed: Error): Promise<void> => {
  const error = await errorOf(settings.execute(command, { actor: admin }));
  expect(error).toMatchObject({ name: previewed.name, message: previewed.message });
};

/** Executes what was previewed: that is what changes. */
const expectDone = async (
  settings: IntegrationSettings,
  command: Command,
  previewed: Impact,
  before: Pairs,
): Promise<void> => {
  const projects = [...previewed.projects()];
  const sampled = previewed.sample(1000).map(({ project, integration }) => `${project} ${integration}`);
  const root = rootOf(command);
  const isCounted = settings.scopes.exists(root) && !isStructural(command) && command.type !== 'EraseSecrets';
  if (isCounted) expect(sum(previewed)).toBe(settings.counts('chat', root).total);
  const receipt = await settings.execute(command, { actor: admin });
  const changed = differing(before, pairsOf(settings));
  expect(previewed.affected).toBe(changed.length);
  expect(projects.toSorted()).toEqual([...new Set(changed.map(projectOf))].toSorted());
  expect(sampled.toSorted()).toEqual(changed.toSorted());
  expect(previewed.events.map(({ type }) => type)).toEqual(receipt.events.map(({ type }) => type));
};

/** The scope at or below which everything is counted. */
const rootOf = ({ data }: Command): ScopeRef => {
  const { project, group } = data as { project?: string; group?: string | null };
  if (project !== undefined) return { project };
  return group === undefined || group === null ? 'instance' : { group };
};

describe('a preview', () => {
  it('says for how many projects a command changes what, over any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomCommand(), { maxLength: 25 }), randomCommand(), async (history, command) => {
        const settings = await open();
        await given(settings, ...smallTree);
        for (const each of history) await settings.execute(each, { actor: admin }).catch(() => undefined);
        const before = pairsOf(settings);
        const { position } = settings;
        const previewed = await settings.preview(command, { actor: admin }).catch((error: unknown) => error as Error);
        expect(settings.position).toBe(position);
        await (previewed instanceof Error
          ? expectRefused(settings, command, previewed)
          : expectDone(settings, command, previewed, before));
        await settings.close();
      }),
      { numRuns: 250 },
    );
  });

  it('shows what sampled projects have before and after', async () => {
    const settings = await open();
    await given(settings, ...smallTree, setChat('x'));
    const command = setChat('y');
    const impact = await settings.preview(command, { actor: admin });
    const [sample] = impact.sample(1);
    const scope = { project: sample!.project };
    expect(sample?.before).toBe(settings.effective(scope, 'chat'));
    expect(sample?.after).toMatchObject({ mode: 'inherited', source: 'instance', values: { channel: 'y' } });
    expect([sample?.after?.setAt, sample?.after?.position]).toEqual([undefined, undefined]); // not set yet
    expect(impact.sample(0)).toEqual([]);
    expect(impact.sample(1000)).toHaveLength(impact.affected);
  });

  it('says why projects keep what they have, the first reason that applies', async () => {
    const settings = await open();
    await given(
      settings,
      ...smallTree,
      setChat('x'),
      { type: 'SwitchToCustom', data: { project: 'p', integration: 'chat', values: { channel: 'own' } } },
      { type: 'SetGroupDefault', data: { group: 'b', integration: 'chat', values: { channel: 'nearer' } } },
      { type: 'OverrideFields', data: { project: 't', integration: 'chat', values: { channel: 'part' } } },
      { type: 'LockDefault', data: { group: 'd', integration: 'chat' } },
      { type: 'SetGroupDefault', data: { group: 'd', integration: 'chat', values: { channel: 'locked' } } },
    );
    const { affected, unaffected } = await settings.preview(setChat('y'), { actor: admin });
    expect({ affected, ...unaffected }).toEqual({
      affected: 1,
      custom: 1,
      locked: 1,
      nearerDefault: 2,
      partial: 1,
      same: 0,
    });
  });

  it('counts the projects that become incomplete while their toggle is on', async () => {
    const settings = await open();
    await given(settings, ...smallTree, setChat('x'), {
      type: 'OverrideFields',
      data: { project: 'p', integration: 'chat', values: { channel: 'own' } },
    });
    const command: Command = { type: 'SetInstanceDefault', data: { integration: 'chat', active: false } };
    expect(await settings.preview(command, { actor: admin })).toMatchObject({ affected: 6, incomplete: 0 });
    const register: Command = {
      type: 'SetInstanceDefault',
      data: { integration: 'tracker', values: { url: 'https://one.example', token: 'hush-1' } },
    };
    await given(settings, register);
    const erase: Command = { type: 'EraseSecrets', data: { group: null, integration: 'tracker' } };
    expect(await settings.preview(erase, { actor: admin })).toMatchObject({ affected: 6, incomplete: 6 });
  });

  it('counts pairs of project and integration for moves, removals and registrations', async () => {
    const settings = await open();
    await given(settings, ...smallTree, setChat('x'), {
      type: 'SetGroupDefault',
      data: { group: 'd', integration: 'tracker', active: false, values: { board: 'd' } },
    });
    const preview = (command: Command) => settings.preview(command, { actor: admin });
    const remove = await preview({ type: 'RemoveGroup', data: { group: 'd' } });
    expect([remove.affected, [...remove.projects()]]).toEqual([2, ['s']]);
    expect(remove.sample(9).map(({ after }) => after)).toEqual([undefined, undefined]);
    const move = await preview({ type: 'MoveGroup', data: { group: 'a', parent: 'd' } });
    expect([move.affected, sum(move)]).toEqual([4, 8]);
    const registration = await preview({ type: 'RegisterProject', data: { project: 'new', group: 'd' } });
    expect([registration.affected, [...registration.projects()]]).toEqual([2, ['new']]);
    expect(registration.sample(9).map(({ before }) => before)).toEqual([undefined, undefined]);
    expect(await preview({ type: 'RenameProject', data: { project: 'p', name: 'P' } })).toMatchObject({ affected: 0 });
  });

  it('stores nothing, shows no secret, and can be written as JSON', async () => {
    const eventStore = shared();
    const settings = await open({ eventStore });
    await given(settings, ...smallTree);
    await expectNothingStored(eventStore, async () => {
      const command: Command = {
        type: 'SetInstanceDefault',
        data: { integration: 'tracker', values: { url: 'https://one.example', token: 'hush-1' } },
      };
      const impact = await settings.preview(command, { actor: admin });
      expect(impact.events).toEqual([
        {
          type: 'InstanceDefaultSet',
          data: { integration: 'tracker', active: true, values: { url: 'https://one.example', token: '********' } },
        },
      ]);
      const written = JSON.parse(JSON.stringify(impact)) as object;
      expect(written).toMatchObject({ position: String(settings.position), affected: 6 });
      expect(JSON.stringify([written, impact.sample(9)])).not.toContain('hush');
    });
  });

  it('is refused to those who may not command', async () => {
    const settings = await open();
    await given(settings, ...smallTree);
    expect(await reasonOf(settings.preview(setChat('x'), { actor: as('nobody') }))).toBe('NOT_AUTHORIZED');
    expect(await reasonOf(settings.preview(setChat('x'), undefined as never))).toBe('InvalidCommand');
    expect(await reasonOf(settings.preview({ type: 'MoveGroup' } as never, { actor: admin }))).toBe('InvalidCommand');
  });

  it('is outdated where what it depends on has changed, from then on', async () => {
    const settings = await open();
    await given(settings, ...smallTree);
    const impact = await settings.preview(setChat('x'), { actor: admin });
    const iterator = impact.projects()[Symbol.iterator]();
    iterator.next();
    await given(settings, { type: 'RegisterProject', data: { project: 'v', group: null } });
    expect(impact.sample(1)).toHaveLength(1);
    iterator.next();
    await given(settings, setChat('y'));
    for (const ask of [() => impact.sample(1), () => impact.projects(), () => iterator.next()])
      expect(ask).toThrow(expect.toSatisfy(isPreviewOutdated) as Error);
    expect(impact.affected).toBe(6);
  });
});

const setChat = (channel: string): Command => ({
  type: 'SetInstanceDefault',
  data: { integration: 'chat', values: { channel } },
});
