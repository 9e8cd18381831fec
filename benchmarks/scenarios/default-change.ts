import { executeAll, administrator, openFresh, type Opened } from '../opened.ts';
import { milliseconds, type Scenario } from '../harness.ts';
import { registrations, salsaProjects } from '../salsa-tree.ts';

const few = 100;

const openTree = async (projects: readonly string[]): Promise<Opened> => {
  const opened = await openFresh('default-change');
  await executeAll(opened.settings, registrations(projects), 'tree');
  return opened;
};

/** One instance default changes; the clock stops when the next read of an inheriting project shows it. */
const changeOf = (opened: Opened, projects: readonly string[]): (() => Promise<number>) => {
  const { settings } = opened;
  let count = 0;
  return () => {
    count += 1;
    const channel = `#channel-${count}`;
    const project = projects[(count * 7919) % projects.length]!;
    return milliseconds(async () => {
      const data = { integration: 'slack', values: { username: channel } };
      await settings.execute({ type: 'SetInstanceDefault', data }, { actor: administrator });
      if (settings.effective({ project }, 'slack').values['username'] !== channel) throw new Error('The read lags.');
    });
  };
};

/** A default change costs the same however many projects inherit it. */
export const scenario: Scenario = {
  name: 'default-change',
  comparesWith: `the same change, durable and shown by the next read, with ${few} inheriting projects`,
  async run(measure) {
    const projects = salsaProjects();
    const opened = await Promise.all([openTree(projects), openTree(projects.slice(0, few))]);
    const [all, some] = opened;
    try {
      const values = { webhook: 'https://hooks.example/services/T0', username: '#channel-0' };
      for (const { settings } of opened) {
        const data = { integration: 'slack', values };
        await settings.execute({ type: 'SetInstanceDefault', data }, { actor: administrator });
      }
      await measure(`default change with ${projects.length} inheritors`, {
        unit: 'ms',
        ours: changeOf(all, projects),
        baseline: changeOf(some, projects.slice(0, few)),
        goal: { atMost: 1.2 },
        rounds: 101,
        warmUps: 20,
      });
    } finally {
      for (const { remove } of opened) await remove();
    }
  },
};
