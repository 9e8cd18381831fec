import { mistake, switchedOff } from './assumptions.ts';
import { day, end, monthStart, months } from './calendar.ts';
import { integrationTypes } from './integration-types.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** An integration with a default of the instance, and the month of its first set-up. */
export interface SetUp {
  readonly integration: string;
  readonly month: number;
}

/** When each default of the instance is set up and changed, first to last, by number of the integration. */
export type DefaultTimes = ReadonlyMap<number, readonly number[]>;

/** Plans the defaults of the instance, or of a site in its place. Details are numbers of integrations. */
export const planDefaults = (plan: Plan, setUps: readonly SetUp[], random: Random): DefaultTimes => {
  const times = new Map<number, readonly number[]>();
  for (const [index, { integration, month }] of setUps.entries()) {
    const type = integrationTypes.indexOf(integration);
    const changes = [random.between(monthStart(month), monthStart(month + 1))];
    plan.add(changes[0]!, 'default set up', 0, type);
    for (let january = nextJanuary(month); january < months; january += 12) {
      const [from, to] = [monthStart(january), monthStart(january + 1)];
      const [rotated, changed] = [
        random.between(from, to),
        random.between(to, Math.min(end, monthStart(january + 12))),
      ];
      plan.add(rotated, 'credential rotated', 0, type);
      plan.add(changed, 'default changed', 0, type);
      changes.push(rotated, changed);
    }
    if (index < switchedOff.integrations) {
      const off = random.between(monthStart(switchedOff.months[index]!), monthStart(switchedOff.months[index]! + 1));
      plan.add(off, 'default switched off', 0, type);
      plan.add(off + switchedOff.days * day, 'default switched on', 0, type);
    }
    if (integration === mistake.integration) {
      const wrong = random.between(monthStart(mistake.month), monthStart(mistake.month + 1));
      plan.add(wrong, 'default changed wrongly', 0, type);
      plan.add(wrong + mistake.correctedAfter, 'default corrected', 0, type);
    }
    times.set(
      type,
      changes.toSorted((one, other) => one - other),
    );
  }
  return times;
};

/** The first January after a month; month 0 is a December. */
const nextJanuary = (month: number): number => month + 12 - ((month + 11) % 12);
