import type { RecordedEvent } from '@integration-settings/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { catalog } from '../testing/catalogs.fixture.ts';
import { Log } from '../testing/log.fixture.ts';
import { LogStore } from '../testing/log-store.fixture.ts';
import { does } from '../testing/view.fixture.ts';
import { type Moment, type Past, positionOf } from './moment.ts';

const pastOf = (events: readonly RecordedEvent[]): Past & { readonly eventStore: LogStore } => {
  const view = new EffectiveSettingsView('integrations', catalog);
  for (const event of events) view.apply(event);
  return { eventStore: new LogStore(events), view };
};

/** A log of registrations recorded at these times, and one event of others between each two. */
const logAt = (...times: readonly string[]): readonly RecordedEvent[] => {
  const log = new Log();
  for (const [index, at] of times.entries()) {
    log.recordRaw('others', { type: 'Noise', data: {} }, { at: '1999-01-01T00:00:00.000Z' });
    log.recordOne(does.registerProject(`p${index}`), { at });
  }
  return log.events;
};
const ours = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  events.filter(({ streamName }) => streamName !== 'others');
const pastAt = (...times: readonly string[]) => {
  const log = logAt(...times);
  return { ...pastOf(ours(log)), eventStore: new LogStore(log), positions: ours(log).map(({ position }) => position) };
};
const outOfRange = expect.objectContaining({ code: 'OUT_OF_RANGE' });

const [morning, noon, evening] = ['2026-01-31T08:00:00.000Z', '2026-01-31T12:00:00.000Z', '2026-01-31T20:00:00.000Z'];

describe('a moment', () => {
  it('is the last event recorded by then', async () => {
    const { positions, ...past } = pastAt(morning, noon, noon, evening);
    const at = (moment: Moment): Promise<bigint> => positionOf(past, moment);
    expect(await at(new Date(morning))).toBe(positions[0]);
    expect(await at('2026-01-31T11:59:59.999Z')).toBe(positions[0]);
    expect(await at('2026-01-31T13:00+01:00')).toBe(positions[2]);
    expect(await at('2026-01-31T19:59:59Z')).toBe(positions[2]);
    expect(await at(evening)).toBe(positions[3]);
  });

  it('is found in a log longer than the time index marks at once', async () => {
    const times = Array.from({ length: 300 }, (_, minute) => new Date(Date.parse(morning) + minute * 60_000));
    const { positions, ...past } = pastAt(...times.map((time) => time.toISOString()));
    const found = await Promise.all(times.map((time) => positionOf(past, time)));
    expect(found).toEqual(positions);
  });

  it('is now where it lies in the future, also in an empty log', async () => {
    const { positions, ...past } = pastAt(morning);
    expect(await positionOf(past, new Date('2999-01-01'))).toBe(positions[0]);
    expect(await positionOf(pastOf([]), new Date(0))).toBe(-1n);
  });

  it('may be a position, between two events too', async () => {
    const { positions, ...past } = pastAt(morning, noon);
    for (const position of [-1n, 0n, positions[0]!, positions[0]! + 1n, positions[1]!]) {
      expect(await positionOf(past, position)).toBe(position);
      expect(await positionOf(past, position.toString())).toBe(position);
    }
  });

  it.each<[string, unknown]>([
    ['a time before the first event', '2026-01-31T07:59:59.999Z'],
    ['a position past the head', 6n],
    ['a position below the beginning', -2n],
    ['no date', new Date(NaN)],
    ['a text', 'yesterday'],
    ['a date without an offset', '2026-01-31T12:00:00'],
    ['a day without a time', '2026-01-31'],
    ['a day that is not in the calendar', '2026-02-30T12:00:00Z'],
    ['an hour that no day has', '2026-01-31T25:00:00Z'],
    ['a number', 7],
    ['nothing', null],
  ])('is refused where it is %s', async (_, moment) => {
    const { positions: _positions, ...past } = pastAt(morning);
    await expect(positionOf(past, moment as Moment)).rejects.toEqual(outOfRange);
  });

  it('goes by a time that never runs back', async () => {
    const { positions, ...past } = pastAt(noon, morning, 'no time', '2026-01-31T24:00:00.000Z', evening);
    expect(await positionOf(past, noon)).toBe(positions[3]);
    await expect(positionOf(past, morning)).rejects.toEqual(outOfRange);
  });

  it('counts the events of a command one by one', async () => {
    const log = new Log();
    log.record(does.registerProject('p'));
    const [first, last] = log.recordTogether(does.lock('instance'), does.reset('instance'));
    const past = pastOf(log.events.slice(0, 2));
    expect(await positionOf(past, first!.position)).toBe(first!.position);
    past.view.apply(last!);
    expect(await positionOf({ ...past, eventStore: new LogStore(log.events) }, '2026-01-01T00:00:01Z')).toBe(
      first!.position,
    );
  });

  it('is found as a scan of the whole log finds it, with a look at a part of it only', async () => {
    const times = fc.array(fc.nat(2_000), { minLength: 600, maxLength: 900 });
    await fc.assert(
      fc.asyncProperty(times, fc.nat(2_000), async (offsets, asked) => {
        const at = (offset: number): string => new Date(Date.UTC(2026, 0, 1) + offset).toISOString();
        const { positions, ...past } = pastAt(...[0, ...offsets].map(at));
        let latest = 0;
        const by = [0, ...offsets].filter((offset) => (latest = Math.max(latest, offset)) <= asked).length;
        expect(await positionOf(past, at(asked))).toBe(positions[by - 1]);
        expect(past.eventStore.read).toBeLessThan(270);
      }),
      { numRuns: 10 },
    );
  });
});
