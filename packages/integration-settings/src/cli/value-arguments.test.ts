import { writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { defineCatalog } from '@integration-settings/domain';
import { expect, it, vi } from 'vitest';
import { workplace } from './run.fixture.ts';
import { Terminal } from './terminal.ts';
import { type Given, readValues } from './value-arguments.ts';

const { path } = workplace();
const catalog = defineCatalog({
  pager: {
    fields: {
      url: { type: 'string', endpoint: true },
      token: { type: 'string', secret: true },
      level: { type: 'integer' },
      loud: { type: 'boolean' },
      teams: { type: 'string[]' },
    },
  },
});
const read = (words: readonly string[], input: string | Buffer = ''): Promise<Given> => {
  const nowhere = new PassThrough();
  const stdin = Readable.from([Buffer.from(input)]);
  return readValues(catalog, 'pager', words, new Terminal({ stdin, stdout: nowhere, stderr: nowhere }));
};

it('types values as the catalog does', async () => {
  expect(await read(['url=https://a?b=c@d', 'level=3', 'loud=on', 'teams=a', 'teams=b', 'active=off'])).toEqual({
    active: false,
    values: { url: 'https://a?b=c@d', level: 3, loud: true, teams: ['a', 'b'] },
  });
});

it('empties a field that is given nothing, a secret too', async () => {
  expect(await read(['url=', 'token=', 'teams=', 'level='])).toEqual({
    values: { url: null, token: null, teams: null, level: null },
  });
});

it('leaves what the catalog does not take to the command, as text', async () => {
  expect(await read(['level=high', 'loud=maybe', 'nothing=1'])).toEqual({
    values: { level: 'high', loud: 'maybe', nothing: '1' },
  });
});

it('gives nothing where no words are given', async () => {
  expect(await read([])).toEqual({});
});

it('reads secrets from files, the input and the environment, without the line break at the end', async () => {
  writeFileSync(path('token'), 'from a file\n');
  vi.stubEnv('PAGER_TOKEN', 'from the environment');
  expect(await read([`token@${path('token')}`])).toEqual({ values: { token: 'from a file' } });
  expect(await read(['token@env:PAGER_TOKEN'])).toEqual({ values: { token: 'from the environment' } });
  expect(await read(['token@-'], 'from the input\r\n')).toEqual({ values: { token: 'from the input' } });
  vi.unstubAllEnvs();
});

it('seals no byte-order mark with a secret', async () => {
  writeFileSync(path('token'), '\uFEFFfrom a file\n');
  expect(await read([`token@${path('token')}`])).toEqual({ values: { token: 'from a file' } });
  expect(await read(['token@-'], '\uFEFFfrom the input')).toEqual({ values: { token: 'from the input' } });
});

it('refuses a secret that is no UTF-8, naming where it came from and nothing of it', async () => {
  const bytes = Buffer.from('hüntér2', 'latin1');
  writeFileSync(path('token'), bytes);
  await expect(read([`token@${path('token')}`])).rejects.toThrow(
    expect.objectContaining({ message: `token@${path('token')} is not UTF-8.` }) as Error,
  );
  await expect(read(['token@-'], bytes)).rejects.toThrow(/^token@- is not UTF-8\.$/);
});

it('takes the mask of a secret for unchanged', async () => {
  expect(await read(['token=********'])).toEqual({ values: { token: '********' } });
});

it.each([
  { words: ['token=hunter2'], message: 'token is a secret' },
  { words: ['url=a', 'hunter2'], message: 'Value 2 is neither FIELD=VALUE nor FIELD@FILE.' },
  { words: ['token@env:NO_SUCH_VARIABLE'], message: 'token@env:NO_SUCH_VARIABLE is empty' },
  { words: ['token@-'], message: 'token@- is empty' },
  { words: ['token@/no/such/file'], message: 'The file of token cannot be read' },
  { words: ['url=a', 'url=b'], message: 'url is given twice' },
  { words: ['active=hunter2'], message: 'active is neither on nor off' },
])('refuses $words and quotes no value', async ({ words, message }) => {
  const refusal = read(words);
  await expect(refusal).rejects.toThrow(message);
  await expect(refusal).rejects.not.toThrow('hunter2');
});
