import { defineCatalog } from '@integration-settings/domain';
import { describe, expect, it } from 'vitest';
import type { CatalogFinding } from '../read-model.ts';
import type { Body } from '../testing/log.fixture.ts';
import { does, sealed, Story } from '../testing/view.fixture.ts';
import { catalogReport } from './catalog-report.ts';

const now = defineCatalog({
  tracker: {
    levels: ['instance', 'group'],
    fields: { title: { type: 'integer' }, token: { type: 'string', secret: true }, labels: { type: 'string[]' } },
  },
});
const p = { project: 'p' };

const reportOf = (...events: readonly Body[]): readonly Partial<CatalogFinding>[] => {
  const story = new Story(now);
  story.tell(does.registerGroup('a'), does.registerProject('p', 'a'), ...events);
  return [...catalogReport(story.view)].map(({ position: _position, ...finding }) => finding);
};

describe('the catalog report', () => {
  it('is empty where everything stored is understood and allowed', () => {
    expect(
      reportOf(
        does.set('instance', { title: 1, token: sealed('one', 'instance') }),
        does.override({ group: 'a' }, { title: null }),
      ),
    ).toEqual([]);
  });

  it('names settings of an integration that the catalog does not have, once a scope', () => {
    expect(reportOf(does.set('instance', { x: 1 }, true, 'gone'), does.lock({ group: 'a' }, ['x'], 'gone'))).toEqual([
      { scope: 'instance', integration: 'gone', problem: 'unknown integration' },
      { scope: { group: 'a' }, integration: 'gone', problem: 'unknown integration' },
    ]);
  });

  it('names fields that the definition does not have', () => {
    expect(reportOf(does.set('instance', { zone: 'z' }))).toEqual([
      { scope: 'instance', integration: 'tracker', field: 'zone', problem: 'unknown field' },
    ]);
  });

  it('names values that the definition does not accept, sealed ones too', () => {
    expect(reportOf(does.set('instance', { title: 'text', labels: sealed('one', 'instance') }))).toEqual([
      { scope: 'instance', integration: 'tracker', field: 'title', problem: 'value not accepted' },
      { scope: 'instance', integration: 'tracker', field: 'labels', problem: 'value not accepted' },
    ]);
  });

  it('names settings at a level where they can no longer be set', () => {
    expect(reportOf(does.set(p, { title: 1 }))).toEqual([
      { scope: p, integration: 'tracker', problem: 'not available at level' },
    ]);
  });

  it('names secrets stored in clear, also after an erasure: the log keeps the text', () => {
    const inClear = [{ scope: 'instance', integration: 'tracker', field: 'token', problem: 'secret in clear' }];
    expect(reportOf(does.set('instance', { token: 'text' }))).toEqual(inClear);
    expect(reportOf(does.set('instance', { token: 'text' }), does.erase('instance'))).toEqual(inClear);
  });

  it('says which event stored it', () => {
    const story = new Story(now);
    const { cause } = story.tell(does.set('instance', { title: 1 }), does.change('instance', { zone: 'z' })).event;
    expect([...catalogReport(story.view)]).toMatchObject([{ field: 'zone', position: cause.position }]);
  });

  it('leaves out what was removed or given back', () => {
    expect(reportOf(does.set(p, { zone: 'z' }), does.removeGroup('a'))).toEqual([]);
    expect(reportOf(does.set('instance', { zone: 'z' }), does.reset('instance'))).toEqual([]);
  });
});
