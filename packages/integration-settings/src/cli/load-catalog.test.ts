import { writeFileSync } from 'node:fs';
import { gitlabCatalog } from '@integration-settings/domain/gitlab-catalog';
import { expect, it } from 'vitest';
import { loadCatalog } from './load-catalog.ts';
import { workplace } from './run.fixture.ts';

const { path } = workplace();
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};

it('knows the catalog of GitLab', async () => {
  expect(await loadCatalog('gitlab')).toBe(gitlabCatalog);
});

it('finds a catalog by whatever name a module exports it', async () => {
  const text =
    'export const version = 1;\nexport const mine = { definitions: { pager: { fields: {} } }, parseForm() {} };';
  expect(Object.keys((await loadCatalog(write('mine.mjs', text))).definitions)).toEqual(['pager']);
});

it('says what is wrong with a module in one line', async () => {
  await expect(loadCatalog(path('missing.mjs'))).rejects.toThrow(/^The catalog ".*" cannot be loaded: .*$/);
  await expect(loadCatalog(write('empty.mjs', 'export const a = 1;'))).rejects.toThrow('exports no catalog');
  await expect(loadCatalog(write('broken.mjs', 'throw new Error("on fire");'))).rejects.toThrow('on fire');
});
