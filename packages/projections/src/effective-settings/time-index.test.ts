import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventsAnEntry, laterOf, TimeIndex, timeOf } from './time-index.ts';

const two = (number: number): string => String(number).padStart(2, '0');

it('takes a text for a time where the calendar has it, written as events have it', () => {
  const part = (max: number) => fc.nat({ max });
  fc.assert(
    fc.property(
      part(9999),
      part(13),
      part(32),
      part(25),
      part(61),
      part(61),
      (year, month, day, hour, minute, second) => {
        const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        const at = `${date}T${two(hour)}:${two(minute)}:${two(second)}.007Z`;
        const time = Date.parse(at);
        const isTime = !Number.isNaN(time) && new Date(time).toISOString() === at;
        expect(laterOf('', at)).toBe(isTime ? at : '');
        if (isTime) expect(timeOf(at)).toBe(time);
      },
    ),
    {
      numRuns: 2_000,
      examples: [
        [2024, 2, 29, 0, 0, 0],
        [2023, 2, 29, 0, 0, 0],
        [1900, 2, 29, 1, 1, 1],
        [2000, 2, 29, 23, 59, 59],
      ],
    },
  );
});

it('keeps the time before where the next is not later', () => {
  expect(laterOf('2026-01-02T00:00:00.000Z', '2026-01-01T23:59:59.999Z')).toBe('2026-01-02T00:00:00.000Z');
  expect(laterOf('2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.001Z')).toBe('2026-01-02T00:00:00.001Z');
  expect(laterOf('2026-01-02T00:00:00.000Z', 'tomorrow')).toBe('2026-01-02T00:00:00.000Z');
});

it('stands after each event at the latest time that was valid, whenever it is asked', () => {
  const at = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }).map((minute) => `2026-01-02T03:${two(minute)}:00.000Z`) },
    fc.constantFrom('', 'tomorrow', '2026-02-29T00:00:00.000Z', '2026-01-02T03:99:00.000Z', '9999-99-99T99:99:99.999Z'),
  );
  const seldom = fc.integer({ min: 0, max: eventsAnEntry }).map((number) => number === eventsAnEntry);
  const step = fc.record({ at, isAsked: seldom, isReopened: seldom });
  fc.assert(
    fc.property(fc.array(step, { minLength: 2 * eventsAnEntry, maxLength: 3 * eventsAnEntry }), (steps) => {
      let index = new TimeIndex();
      let expected = '';
      const entries: unknown[] = [];
      for (const [position, { at: text, isAsked, isReopened }] of steps.entries()) {
        index.note(BigInt(position), text);
        expected = laterOf(expected, text);
        const mark = { position: BigInt(position), time: timeOf(expected) };
        if (position % eventsAnEntry === 0) entries.push(mark);
        if (isAsked) expect(index.last).toEqual(mark);
        if (!isReopened) continue;
        const reopened = new TimeIndex();
        reopened.restore(index.freeze());
        index = reopened;
      }
      expect([...index.freeze().entries]).toEqual(entries);
      expect(index.freeze().at).toBe(expected);
    }),
  );
});
