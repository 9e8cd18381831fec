/** Takes one sample and returns it in the unit of its figure. */
export type Sample = () => number | Promise<number>;

/** What a figure is to reach: its ratio to the baseline where it has one, else its value. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One measured figure, as it is printed. */
export interface Figure {
  readonly scenario: string;
  readonly figure: string;
  /** The median of our samples. */
  readonly value: number;
  readonly unit: string;
  /** The median of the baseline's samples; null for a figure that stands by itself. */
  readonly baseline: number | null;
  /** The value divided by the baseline. */
  readonly ratio: number | null;
  readonly goal: Goal | null;
  /** Whether the goal is reached; null where there is none. */
  readonly holds: boolean | null;
}

/** How a figure is measured. */
export interface Measurement {
  readonly unit: string;
  readonly ours: Sample;
  readonly baseline?: Sample;
  readonly goal?: Goal;
  /** How many samples each side takes; 11 unless said otherwise. */
  readonly rounds?: number;
  /** How many samples each side takes before that and throws away; 2 unless said otherwise. */
  readonly warmUps?: number;
}

/** Measures one figure of a scenario; its name also says the size of what is measured. */
export type Measure = (figure: string, measurement: Measurement) => Promise<void>;

/** One file of `scenarios/`, named as its scenario. */
export interface Scenario {
  readonly name: string;
  /** What the two sides of its figures are, in a sentence for people. */
  readonly comparesWith: string;
  /** Prepares, measures one figure after the other, and cleans up. */
  readonly run: (measure: Measure) => Promise<void>;
}

/** The middle of the samples, or the mean of the two in the middle. */
export const median = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('No samples were taken.');
  return (low + high) / 2;
};

/** How long `work` takes until what it returns is settled, in milliseconds. */
export const milliseconds = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** How long one of many synchronous calls takes, in nanoseconds. `work` is given the number of the call. */
export const nanosecondsEach = (calls: number, work: (call: number) => void): number => {
  const start = performance.now();
  for (let call = 0; call < calls; call++) work(call);
  return ((performance.now() - start) * 1e6) / calls;
};

const reaches = (goal: Goal, reached: number): boolean =>
  'atMost' in goal ? reached <= goal.atMost : reached >= goal.atLeast;

/**
 * Takes the samples of both sides in turn (ours, baseline, ours, baseline, …), so that whatever else the machine does
 * slows both, and compares their medians.
 */
const measureFigure = async (scenario: string, figure: string, measurement: Measurement): Promise<Figure> => {
  const { unit, goal = null, rounds = 11, warmUps = 2 } = measurement;
  const samples: { readonly ours: number[]; readonly baseline: number[] } = { ours: [], baseline: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const ours = await measurement.ours();
    const baseline = await measurement.baseline?.();
    if (round < 0) continue;
    samples.ours.push(ours);
    if (baseline !== undefined) samples.baseline.push(baseline);
  }
  const value = median(samples.ours);
  const baseline = measurement.baseline === undefined ? null : median(samples.baseline);
  const ratio = baseline === null ? null : value / baseline;
  return { scenario, figure, value, unit, baseline, ratio, goal, holds: goal && reaches(goal, ratio ?? value) };
};

/** Runs a scenario and hands out each figure as soon as it is measured. */
export const runScenario = ({ name, run }: Scenario, onFigure: (figure: Figure) => void): Promise<void> =>
  run(async (figure, measurement) => onFigure(await measureFigure(name, figure, measurement)));
