import { milliseconds, type Scenario } from '../harness.ts';
import { dateOf, end } from '../history/calendar.ts';
import { Random } from '../history/random.ts';
import { openHistory } from '../salsa-history.ts';

const integration = 'jira';
const moments = 1_000;

/** What one project had at any moment of ten years. */
export const scenario: Scenario = {
  name: 'as-of',
  comparesWith: 'nothing: the time itself is to be under 5 ms',
  async run(measure) {
    await using settings = await openHistory();
    const random = new Random('as-of');
    const custom = settings.overrides(integration, { limit: 1_000 }).items.map(({ project }) => project);
    let configured = 0;
    await measure(`effective of one project at a random moment, ${settings.position + 1n} events`, {
      unit: 'ms',
      ours: () => {
        const scope = { project: random.pick(custom) };
        const moment = dateOf(random.between(end / 100, end));
        return milliseconds(async () => {
          const past = await settings.asOf(moment, { scope });
          if (past.scopes.exists(scope) && past.effective(scope, integration).mode !== 'unconfigured') configured += 1;
        });
      },
      goal: { atMost: 5 },
      rounds: moments,
      warmUps: 200,
    });
    if (configured === 0) throw new Error('Nothing was ever configured.');
  },
};
