import { parseCommand } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { maskedEvent } from '../live/masked-event.ts';
import { does, Story } from '../testing/view.fixture.ts';
import { effective } from './queries.ts';
import { EffectiveSettingsView } from './view.ts';

const all: Record<string, unknown> = Object.prototype as never;

/** Does something while every object inherits what a careless host has given to all. */
const whilePolluted = <T>(work: () => T): T => {
  const [name, other] = ['Not a Field', 'nested'];
  Object.defineProperty(all, name, { value: undefined, enumerable: true, configurable: true });
  Object.defineProperty(all, other, { value: { a: 1 }, enumerable: true, configurable: true });
  try {
    return work();
  } finally {
    delete all[name];
    delete all[other];
  }
};

const story = new Story();
const events = story.log.record(
  does.registerProject('p'),
  does.set('instance', { title: 'one' }),
  does.set({ project: 'p' }, {}),
  does.change({ project: 'p' }, { title: null }),
);
story.apply(...events);

it('folds events by what they say themselves', () => {
  const view = new EffectiveSettingsView(story.view.namespace, story.view.catalog);
  whilePolluted(() => {
    for (const event of events) view.apply(event);
  });
  for (const scope of ['instance', { project: 'p' }] as const) {
    expect(effective(view, scope, 'tracker')).toEqual(effective(story.view, scope, 'tracker'));
    expect(view.settingsOf(scope, 'tracker')).toEqual(story.view.settingsOf(scope, 'tracker'));
  }
});

it('reads commands, and copies events, by what they say themselves', () => {
  const command = { type: 'SetInstanceDefault', data: { integration: 'tracker', values: { title: 'x' } } };
  const [parsed, masked] = whilePolluted(() => [parseCommand(command), maskedEvent(events[1]!, undefined)]);
  expect(Object.keys(parsed.data)).toEqual(['integration', 'values']);
  expect(Object.keys('values' in parsed.data ? (parsed.data.values ?? {}) : {})).toEqual(['title']);
  expect(Object.keys(masked.data)).toEqual(Object.keys(events[1]!.data as object));
  expect(Object.keys(masked.metadata)).toEqual(Object.keys(events[1]!.metadata as object));
});
