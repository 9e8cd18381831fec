import { openMemoryEventStore } from '@integration-settings/adapters/memory';
import { type Command, type EventStore, renameProject, setInstanceDefault } from '@integration-settings/domain';
import { EffectiveSettingsView } from '@integration-settings/projections';
import { expect, it } from 'vitest';
import { smallTree } from '../random-commands.fixture.ts';
import { catalog, given, open, shared } from '../settings.fixture.ts';
import { digestOf, firstDifference } from './view-facts.ts';

const viewOf = async (store: EventStore): Promise<EffectiveSettingsView> => {
  const view = new EffectiveSettingsView('integrations', catalog);
  for await (const batch of store.readAll()) for (const event of batch) view.apply(event);
  return view;
};

/** The view before a command, and after it. */
const around = async (command: Command): Promise<readonly [EffectiveSettingsView, EffectiveSettingsView]> => {
  const store = shared(openMemoryEventStore());
  const settings = await open({ eventStore: store });
  await given(settings, ...smallTree, setInstanceDefault('tracker', { url: 'https://one.example', token: 'hush' }));
  const before = await viewOf(store);
  await given(settings, command);
  return [before, await viewOf(store)];
};

it.each<[string, Command, string]>([
  ['a name', renameProject('p', 'Apollo'), 'project/p'],
  ['a value', setInstanceDefault('tracker', { board: 'x' }), 'own settings for tracker of instance'],
  [
    'a secret that looks the same',
    setInstanceDefault('tracker', { token: 'other' }),
    'own settings for tracker of instance',
  ],
  ['a scope', { type: 'RegisterProject', data: { project: 'new', group: null } }, 'project/new'],
])('tells two views apart by %s', async (_, command, about) => {
  const [before, after] = await around(command);
  expect(digestOf(before)).not.toBe(digestOf(after));
  expect(firstDifference(before, after)).toBe(about);
  expect(firstDifference(after, before)).toBe(about);
  expect(firstDifference(before, before)).toBeUndefined();
});
