import { describe, expect, it } from 'vitest';
import { commandGroups, previewCommands } from './commands/index.ts';
import { runHere, workplace } from './run.fixture.ts';

const { path } = workplace();
const commands = Object.values(commandGroups).flat();
const all = [
  ...commands.map((command) => ({ words: [command.name], command })),
  ...previewCommands.map((command) => ({ words: ['preview', command.name], command })),
].map((entry) => ({ ...entry, title: entry.words.join(' ') }));

/** As a shell splits them, where quotes are all there is. */
const split = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);

it('lists every command with what it does', async () => {
  const { code, out, err } = await runHere(['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const { name } of commands) expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  for (const group of Object.keys(commandGroups)) expect(out).toContain(`\n${group}:\n`);
});

it('prints the version of the package', async () => {
  expect((await runHere(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe.each(all)('$title', ({ words, command }) => {
  it('explains itself, every argument and option, with examples', async () => {
    const { code, out, err } = await runHere([...words, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: integration-settings ${words.join(' ')}`);
    const text = out.replaceAll(/\s+/g, ' ');
    for (const description of Object.values(command.arguments ?? {})) expect(text).toContain(description);
    for (const [flags, description] of command.options ?? []) expect(text).toContain(`${flags} ${description}`);
    for (const example of command.examples) expect(text).toContain(`$ integration-settings ${example}`);
  });

  it.each(command.examples.filter((example) => !/^(init|integrations)\b/.test(example)))(
    'understands its example: %s',
    async (example) => {
      const { code, err } = await runHere([...split(example), '--store', `sqlite:${path('none.sqlite')}`]);
      expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('There is no store') as string });
    },
  );
});
