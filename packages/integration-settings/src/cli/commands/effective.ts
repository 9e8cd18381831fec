import type { EffectiveSettings, IntegrationSettings } from '../../integration-settings.ts';
import type { CliCommand } from '../cli-command.ts';
import { withSettings } from '../open-settings.ts';
import { renderMode, renderScope, renderToggle, renderValue } from '../render.ts';
import { parseScope, scopeHelp } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** Shows what holds at a scope. */
export const effective: CliCommand<{ readonly all?: true }> = {
  name: 'effective',
  summary: 'show what holds at a scope, for one integration or all',
  arguments: { '<scope>': scopeHelp, '[integration]': 'such as jira; none: all that are configured' },
  options: [['--all', 'list those that are not configured too']],
  examples: ['effective project/backend/api', 'effective project/backend/api jira --json'],
  run: ({ terminal, options }, text: string, integration?: string) =>
    withSettings(options, async (settings) => {
      const found = read(settings, text, integration);
      if (options.json === true) return terminal.printJson(found);
      if ('integration' in found) return printOne(found, text, terminal);
      const shown = found.filter(({ mode }) => options.all === true || mode !== 'unconfigured');
      await printAll(shown, terminal);
      const left = found.length - shown.length;
      if (left > 0) terminal.note(`${left} more are not configured (--all lists them).`);
    }),
};

const read = (
  settings: IntegrationSettings,
  text: string,
  integration: string | undefined,
): EffectiveSettings | readonly EffectiveSettings[] => {
  const scope = parseScope(text);
  return integration === undefined ? settings.effectiveAll(scope) : settings.effective(scope, integration);
};

const printOne = async (settings: EffectiveSettings, scope: string, terminal: Terminal): Promise<void> => {
  const { integration, active, values, missing, lockedBy, setAt, position } = settings;
  terminal.print(`${terminal.paint('bold', integration)} at ${scope}: ${renderMode(settings)}`);
  terminal.print(renderToggle(active, terminal));
  if (missing.length > 0) terminal.print(`missing: ${missing.join(', ')}`);
  if (lockedBy !== undefined) terminal.print(`locked by ${renderScope(lockedBy)}`);
  const rows = Object.entries(values).map(([field, value]) => [field, renderValue(value)]);
  if (rows.length > 0) {
    terminal.print('');
    await printTable(terminal, ['field', 'value'], rows);
  }
  if (setAt !== undefined) terminal.print(`\nset ${setAt} (position ${position})`);
};

const printAll = (found: readonly EffectiveSettings[], terminal: Terminal): Promise<void> =>
  printTable(
    terminal,
    ['integration', 'settings', 'toggle', 'locked by', 'missing'],
    found.map((settings) => [
      settings.integration,
      renderMode(settings),
      renderToggle(settings.active, terminal),
      renderScope(settings.lockedBy),
      settings.missing.join(', '),
    ]),
  );
