import assert from 'node:assert/strict';
import { defineCatalog } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { effective } from '../effective-settings/queries.ts';
import { answersOfAll } from '../testing/answers.fixture.ts';
import { catalog, changedCatalog } from '../testing/catalogs.fixture.ts';
import { history, scopes } from '../testing/history.fixture.ts';
import { pagesOf, restoredFrom, textOf, viewOf } from './image.fixture.ts';
import { writeImage } from './write-image.ts';

/** Knows none of the integrations that histories tell of. */
const otherCatalog = defineCatalog({ chat: { fields: { room: { type: 'string' } } } });
const somewhere = fc.nat({ max: 1_000 });

describe('a view restored from an image', () => {
  it('is in every byte and every answer what folding the whole log gives, now and after whatever comes later', () => {
    fc.assert(
      fc.property(history(), somewhere, (events, some) => {
        const stop = 1 + (some % events.length);
        const restored = restoredFrom(pagesOf(viewOf(events.slice(0, stop))));
        assert.deepStrictEqual(answersOfAll(restored), answersOfAll(viewOf(events.slice(0, stop))));
        for (const event of events.slice(stop)) restored.apply(event);
        const folded = viewOf(events);
        assert.deepStrictEqual(textOf(pagesOf(restored)), textOf(pagesOf(folded)));
        assert.deepStrictEqual(answersOfAll(restored), answersOfAll(folded));
      }),
      { numRuns: 60 },
    );
  });

  it('passes over events that are in it already', () => {
    fc.assert(
      fc.property(history('small'), somewhere, somewhere, (events, some, other) => {
        const stop = 1 + (some % events.length);
        const restored = restoredFrom(pagesOf(viewOf(events.slice(0, stop))));
        for (const event of events.slice(other % stop)) if (event.position > restored.position) restored.apply(event);
        assert.deepStrictEqual(textOf(pagesOf(restored)), textOf(pagesOf(viewOf(events))));
      }),
      { numRuns: 30 },
    );
  });

  it('is with another catalog what folding the whole log gives with that', () => {
    fc.assert(
      fc.property(history('small'), fc.constantFrom(changedCatalog, otherCatalog), (events, other) => {
        const restored = restoredFrom(pagesOf(viewOf(events, catalog)), other);
        const folded = viewOf(events, other);
        assert.deepStrictEqual([...restored.slices.keys()], [...folded.slices.keys()]);
        assert.deepStrictEqual(textOf(pagesOf(restored)), textOf(pagesOf(folded)));
      }),
      { numRuns: 30 },
    );
  });

  it('hands out one object to those to whom the folded one does, and to no others', () => {
    fc.assert(
      fc.property(history(), (events) => {
        const folded = viewOf(events);
        const restored = restoredFrom(pagesOf(folded));
        const there = scopes.filter((scope) => folded.exists(scope));
        for (const [one, other] of there.flatMap((one) => there.map((other) => [one, other] as const))) {
          for (const integration of Object.keys(catalog.definitions)) {
            const isOne = (view: typeof folded): boolean =>
              effective(view, one, integration) === effective(view, other, integration);
            assert.equal(isOne(restored), isOne(folded));
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('an image', () => {
  it('stays what the view was when it was taken, whatever comes between its pages', () => {
    fc.assert(
      fc.property(history(), somewhere, fc.array(fc.nat(5), { minLength: 1 }), (events, some, pace) => {
        const stop = 1 + (some % events.length);
        const view = viewOf(events.slice(0, stop));
        const expected = textOf(pagesOf(view));
        const later = events.slice(stop);
        const image = view.freeze();
        const pages: Uint8Array[] = [];
        for (const event of later.splice(0, pace[0])) view.apply(event);
        for (const page of writeImage(image)) {
          pages.push(page);
          for (const event of later.splice(0, pace[pages.length % pace.length])) view.apply(event);
        }
        image.release();
        for (const event of later) view.apply(event);
        assert.deepStrictEqual(textOf(pages), expected);
        assert.deepStrictEqual(textOf(pagesOf(view)), textOf(pagesOf(viewOf(events))));
      }),
      { numRuns: 60 },
    );
  });

  it('may be given up half written, and another one taken', () => {
    fc.assert(
      fc.property(history('small'), somewhere, (events, some) => {
        const stop = 1 + (some % events.length);
        const view = viewOf(events.slice(0, stop));
        const image = view.freeze();
        writeImage(image).next();
        for (const event of events.slice(stop)) view.apply(event);
        image.release();
        assert.deepStrictEqual(textOf(pagesOf(view)), textOf(pagesOf(viewOf(events))));
      }),
      { numRuns: 30 },
    );
  });
});
