import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  median,
  milliseconds,
  nanosecondsEach,
  runScenario,
  type Figure,
  type Measure,
  type Measurement,
} from './harness.ts';

const figuresOf = async (measurement: Measurement): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  const scenario = {
    name: 'reading',
    comparesWith: 'itself',
    run: (measure: Measure) => measure('of 10', measurement),
  };
  await runScenario(scenario, (figure) => figures.push(figure));
  return figures;
};

/** A side that gives these samples, one after the other. */
const giving = (...samples: readonly number[]): (() => number) => {
  const left = samples.values();
  return () => left.next().value ?? NaN;
};

describe('a figure', () => {
  it('compares the medians of both sides, without the samples of the warm-up', async () => {
    const measurement = {
      unit: 'ms',
      rounds: 3,
      warmUps: 1,
      ours: giving(900, 6, 2, 4),
      baseline: giving(800, 1, 2, 99),
    };
    expect(await figuresOf(measurement)).toEqual([
      { scenario: 'reading', figure: 'of 10', value: 4, unit: 'ms', baseline: 2, ratio: 2, goal: null, holds: null },
    ]);
  });

  it('takes the samples of both sides in turn', async () => {
    const order: string[] = [];
    const side = (name: string) => () => order.push(name);
    await figuresOf({ unit: 'ms', rounds: 2, warmUps: 1, ours: side('ours'), baseline: side('baseline') });
    expect(order).toEqual(['ours', 'baseline', 'ours', 'baseline', 'ours', 'baseline']);
  });

  it.each([
    { goal: { atMost: 2 }, holds: true },
    { goal: { atMost: 1.9 }, holds: false },
    { goal: { atLeast: 2 }, holds: true },
    { goal: { atLeast: 2.1 }, holds: false },
  ])('holds its ratio against the goal $goal: $holds', async ({ goal, holds }) => {
    const [figure] = await figuresOf({ unit: 'ms', goal, ours: () => 10, baseline: () => 5 });
    expect(figure).toMatchObject({ ratio: 2, goal, holds });
  });

  it('holds its value against the goal where it has no baseline', async () => {
    const [figure] = await figuresOf({ unit: 'bytes', goal: { atMost: 0 }, ours: () => 8 });
    expect(figure).toMatchObject({ value: 8, baseline: null, ratio: null, holds: false });
  });
});

describe('the median', () => {
  it('is the mean of the two in the middle of an even number of samples', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it('has as many samples at or below it as at or above it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (samples) => {
        const middle = median(samples);
        const below = samples.filter((sample) => sample <= middle).length;
        const above = samples.filter((sample) => sample >= middle).length;
        expect(Math.min(below, above)).toBeGreaterThanOrEqual(samples.length / 2);
      }),
    );
  });

  it('does not exist without samples', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

it('waits for the work it times', async () => {
  let finished = false;
  const work = async (): Promise<void> => {
    await new Promise(setImmediate);
    finished = true;
  };
  expect(await milliseconds(work)).toBeGreaterThan(0);
  expect(finished).toBe(true);
});

it('numbers the calls it times together', () => {
  const calls: number[] = [];
  nanosecondsEach(3, (call) => calls.push(call));
  expect(calls).toEqual([0, 1, 2]);
});
