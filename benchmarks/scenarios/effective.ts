import type { Command, ScopeRef } from '@integration-settings/domain';
import { administrator, executeAll, openFresh } from '../opened.ts';
import { nanosecondsEach, type Scenario } from '../harness.ts';
import { registrations, salsaProjects, share } from '../salsa-tree.ts';

const lookUps = 200_000;
const customShare = 0.08;

/** A random order that is the same in every run. */
const shuffled = <T>(list: readonly T[], count: number): readonly T[] => {
  let state = 12_345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return list[state % list.length]!;
  });
};

/** Reading what is effective, against looking the same ids up in a Map that has the answer ready. */
export const scenario: Scenario = {
  name: 'effective',
  comparesWith: 'a bare Map.get of the same ids',
  async run(measure) {
    const projects = salsaProjects();
    const { settings, remove } = await openFresh('effective');
    try {
      await executeAll(settings, registrations(projects), 'tree');
      const values = { server_host: 'irker.example', recipients: 'irc://irc.example/#project' };
      const data = { integration: 'irker', values };
      await settings.execute({ type: 'SetInstanceDefault', data }, { actor: administrator });
      const custom = share(projects, customShare).map((project, index): Command => ({
        type: 'SwitchToCustom',
        data: { project, integration: 'irker', values: { recipients: `irc://irc.example/#${index}` } },
      }));
      await executeAll(settings, custom, 'custom');
      const scopes = shuffled(projects, lookUps).map((project): ScopeRef & object => ({ project }));
      const ids = scopes.map((scope) => ('project' in scope ? scope.project : ''));
      const ready = new Map(projects.map((project) => [project, settings.effective({ project }, 'irker')]));
      let seen: unknown;
      await measure(`effective of random projects, ${custom.length} of ${projects.length} custom`, {
        unit: 'ns',
        ours: () => nanosecondsEach(lookUps, (call) => (seen = settings.effective(scopes[call]!, 'irker'))),
        baseline: () => nanosecondsEach(lookUps, (call) => (seen = ready.get(ids[call]!))),
        goal: { atMost: 3 },
        rounds: 31,
      });
      if (seen === undefined) throw new Error('Nothing was read.');
      await measure('bytes allocated by a repeated read', {
        unit: 'bytes',
        ours: () => bytesEach(lookUps, (call) => (seen = settings.effective(scopes[call]!, 'irker'))),
        goal: { atMost: 0.5 },
        rounds: 5,
      });
    } finally {
      await remove();
    }
  },
};

/** How much the heap grows by a call while nothing is collected. */
const bytesEach = (calls: number, work: (call: number) => void): number => {
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < calls; call += 1) work(call);
  return Math.max(0, process.memoryUsage().heapUsed - before) / calls;
};
