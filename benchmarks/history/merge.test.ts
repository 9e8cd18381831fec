import fc from 'fast-check';
import { expect, it } from 'vitest';
import { merged } from './merge.ts';
import { Plan } from './plan.ts';

it('merges plans by time, then by plan, then as their deeds were added', () => {
  const seconds = fc.array(fc.nat(50), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(seconds, { maxLength: 6 }), (lists) => {
      const plans = lists.map((list) => {
        const plan = new Plan();
        for (const [place, second] of list.entries()) plan.add(second, 'sweep', place);
        return plan;
      });
      const expected = lists
        .flatMap((list, plan) => list.map((second, place) => ({ second, plan, place })))
        .toSorted((one, other) => one.second - other.second || one.plan - other.plan || one.place - other.place);
      const found = [...merged(plans)].map(({ deed, plan }) => ({ second: deed.second, plan, place: deed.subject }));
      expect(found).toEqual(expected);
    }),
  );
});
