import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a program in this process. @returns the arguments of what it printed, line by line */
const linesOf = async (program: string): Promise<readonly unknown[][]> => {
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
  await import(program);
  return log.mock.calls;
};

it('embedded: a host opens settings, commands, and reads what holds', async () => {
  expect(await linesOf('./embedded.ts')).toEqual([
    [{ url: 'https://jira.example.com', password: expect.objectContaining({ origin: 'instance' }) as unknown }],
    [1],
    ['APOLLO-', { project: 'apollo' }, 'alice', 'its own prefix'],
    [['password']],
  ]);
});

it('live-view: a store hears of each change, and gives the same object until then', async () => {
  expect(await linesOf('./live-view.ts')).toEqual([
    ['unconfigured', {}],
    ['inherited', { workspace_url: 'https://linear.app/apollo' }],
    ['inherited', { workspace_url: 'https://linear.app/artemis' }],
    [true],
  ]);
});

it('custom-catalog: definitions check values and read forms', async () => {
  expect(await linesOf('./custom-catalog.ts')).toEqual([
    ['high', ['ops', 'web']],
    ['url', expect.stringContaining('nowhere')],
    ['token', expect.stringContaining('required')],
  ]);
});

it('active-per-group: a projection of one’s own reads on where it was', async () => {
  expect(await linesOf('./active-per-group.ts')).toEqual([
    ['web', 1],
    ['ops', 1],
    ['web', 1],
    ['ops', 0],
  ]);
});
