import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { Log } from '../testing/log.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { foldVersion } from './format.ts';
import { pagesOf, viewOf } from './image.fixture.ts';

/** Of everything that a view can hold something of: every kind of page has something in it. */
const someLog = (): Log => {
  const log = new Log();
  const sealed = {
    $secret: { v: 1, id: 'secret', origin: 'instance', era: 0, key: 'key', nonce: 'nonce', text: 'text' },
  };
  log.record(
    does.registerGroup('a', undefined, 'Group'),
    does.registerGroup('a/b', 'a', 'b'),
    does.registerProject('a/b/p', 'a/b', 'p'),
    does.registerProject('q', 'a', 'Ω'),
    does.registerProject('gone'),
    does.set('instance', { url: 'https://one.example', token: sealed, labels: ['x', 'y'], retries: 3 }),
    does.set({ group: 'a' }, { number: '7', loud: true }, false, 'pager'),
    does.set({ project: 'q' }, { url: 'https://two.example' }),
    does.change({ project: 'q' }, { url: null, title: 'Ω' }),
    does.moveProject('q', 'a/b'),
    does.renameProject('q', 'Other'),
    does.removeProject('gone'),
    does.registerProject('q'),
    { type: 'DefaultLocked', data: { integration: 'tracker', fields: ['title', 'labels'] } },
    { type: 'DefaultLocked', data: { group: 'a', integration: 'pager' } },
    {
      type: 'FieldsOverridden',
      data: { project: 'a/b/p', integration: 'tracker', active: true, values: { title: null } },
    },
    { type: 'SwitchedToInherited', data: { project: 'q', integration: 'tracker' } },
    { type: 'SecretsErased', data: { integration: 'tracker' } },
    { type: 'ProjectRenamed', data: { project: 'never', name: 'was there' } },
  );
  log.recordTogether(does.set({ group: 'a/b' }), does.change({ group: 'a/b' }, { title: 'together' }));
  log.recordOne(does.set({ project: 'a/b/p' }, {}, true, 'pager'), { part: [0, 2] });
  return log;
};

it('stands for this content: whoever changes what the fold makes of a log, or how it is written, needs another version', () => {
  const hash = createHash('sha256');
  for (const page of pagesOf(viewOf(someLog().events))) hash.update(page);
  expect({ foldVersion, content: hash.digest('hex') }).toEqual({
    foldVersion: 1,
    content: '3197587510bada3c6aa081710ebead9b5401d3931b14f26ac34e6a3656b2817f',
  });
});

it('is followed by pages of every kind', () => {
  const kinds = pagesOf(viewOf(someLog().events)).map((page) => page[0]);
  expect([...new Set(kinds)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
