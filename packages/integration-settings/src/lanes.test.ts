import { registerGroup, registerProject } from '@integration-settings/domain';
import { expect, it } from 'vitest';
import { Lanes } from './lanes.ts';
import { admin } from './settings.fixture.ts';

it.each([
  [1_000, [128, 256, 512, 1_000, 1_000, 104]],
  [200, [128, 200, 200, 200, 72]],
  [3, [3, 3, 3, 1]],
])('lets companies double until there are %i in one', async (concurrency, sizes) => {
  const companies: number[] = [];
  const lanes = new Lanes(async (requests) => {
    companies.push(requests.length);
    return requests.map(() => ({ status: 'rejected', reason: undefined }));
  }, concurrency);
  const count = sizes.reduce((sum, size) => sum + size);
  for (let entered = 0; entered < count; entered += 1) {
    while (lanes.isFull) await lanes.someEnded;
    const command = registerProject(`project-${entered}`, { group: null });
    lanes.enter({ command, options: { actor: admin } });
  }
  while (lanes.underWay > 0) await lanes.someEnded;
  expect(companies).toEqual(sizes);
});

it('lets those that wait for room begin before later ones, in companies that double too', async () => {
  const companies: string[][] = [];
  const lanes = new Lanes(async (requests) => {
    companies.push(requests.map(({ command }) => JSON.stringify(command.data)));
    return requests.map(() => ({ status: 'rejected', reason: undefined }));
  }, 1_000);
  const options = { actor: admin };
  lanes.enter({ command: registerGroup('group', { parent: null }), options });
  for (let index = 0; index < 800; index += 1)
    lanes.enter({ command: registerProject(`waits-${index}`, { group: 'group' }), options });
  await lanes.someEnded;
  await lanes.someEnded;
  for (let index = 0; !lanes.isFull; index += 1)
    lanes.enter({ command: registerProject(`later-${index}`, { group: null }), options });
  while (lanes.underWay > 0) await lanes.someEnded;
  const waiting = companies.map((company) => company.filter((data) => data.includes('waits')).length);
  expect(waiting).toEqual([0, 129, 258, 413]);
});
