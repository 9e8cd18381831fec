import Table from 'cli-table3';
import type { Figure, Goal } from './harness.ts';

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const describeGoal = (goal: Goal): string =>
  'atMost' in goal ? `≤ ${digits.format(goal.atMost)}` : `≥ ${digits.format(goal.atLeast)}`;

const verdicts = new Map([
  [true, 'holds'],
  [false, 'missed'],
]);

/** Lays figures out for people: a line each, numbers to the right, to three significant digits. */
export const renderTable = (figures: readonly Figure[]): string => {
  const table = new Table({
    head: ['scenario', 'figure', 'value', 'unit', 'baseline', 'ratio', 'goal', ''],
    colAligns: ['left', 'left', 'right', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { scenario, figure, value, unit, baseline, ratio, goal, holds } of figures) {
    table.push([
      scenario,
      figure,
      digits.format(value),
      unit,
      baseline === null ? '' : digits.format(baseline),
      ratio === null ? '' : digits.format(ratio),
      goal === null ? '' : describeGoal(goal),
      holds === null ? '' : verdicts.get(holds),
    ]);
  }
  return table.toString();
};
