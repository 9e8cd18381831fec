import { milliseconds, type Scenario } from '../harness.ts';
import { Random } from '../history/random.ts';
import { openHistory } from '../salsa-history.ts';

const integration = 'jira';
const projects = 1_000;

/** What one project had in ten years, while most of the log is about others. */
export const scenario: Scenario = {
  name: 'timeline',
  comparesWith: 'nothing: the time itself is to be under 5 ms',
  async run(measure) {
    await using settings = await openHistory();
    const random = new Random('timeline');
    const custom = settings.overrides(integration, { limit: 1_000 }).items.map(({ project }) => project);
    let changes = 0;
    await measure(`timeline of one of ${custom.length} projects with own settings, ${settings.position + 1n} events`, {
      unit: 'ms',
      ours: () => {
        const project = random.pick(custom);
        return milliseconds(async () => {
          for await (const { after } of settings.timeline({ project }, integration))
            if (after !== undefined) changes += 1;
        });
      },
      goal: { atMost: 5 },
      rounds: projects,
      warmUps: 200,
    });
    if (changes < projects) throw new Error(`The timelines have ${changes} changes only.`);
  },
};
