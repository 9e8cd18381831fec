import type { ScopeRef } from '@integration-settings/domain';
import type { EffectiveSettings, SettingsView } from '../../integration-settings.ts';
import type { CliCommand } from '../cli-command.ts';
import { renderMode, renderScope, renderToggle, renderValue } from '../render.ts';
import { parseScope, scopeHelp } from '../scope-argument.ts';
import { printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';
import { atOption, type AtOption, withReads } from '../with-reads.ts';

/** Shows what holds at a scope. */
export const effective: CliCommand<AtOption & { readonly all?: true }> = {
  name: 'effective',
  summary: 'show what holds at a scope, for one integration or all',
  arguments: { '<scope>': scopeHelp, '[integration]': 'such as jira; none: all that are configured' },
  options: [['--all', 'list those that are not configured too'], atOption],
  examples: [
    'effective project/backend/api',
    'effective project/backend/api jira --json',
    'effective project/backend/api jira --at 2026-01-31T12:00:00Z',
  ],
  run: (context, text: string, integration?: string) => {
    const { terminal, options } = context;
    const scope = parseScope(text);
    return withReads(context, scope, async (view) => {
      const found = read(view, scope, integration);
      if (options.json === true) return terminal.printJson(found);
      if ('integration' in found) return printOne(found, text, terminal);
      const shown = found.filter(({ mode }) => options.all === true || mode !== 'unconfigured');
      await printAll(shown, terminal);
      const left = found.length - shown.length;
      if (left > 0) terminal.note(`${left} more are not configured (--all lists them).`);
    });
  },
};

const read = (
  view: SettingsView,
  scope: ScopeRef,
  integration: string | undefined,
): EffectiveSettings | readonly EffectiveSettings[] =>
  integration === undefined ? view.effectiveAll(scope) : view.effective(scope, integration);

const printOne = async (settings: EffectiveSettings, scope: string, terminal: Terminal): Promise<void> => {
  const { integration, active, values, missing, lockedBy, setAt, position } = settings;
  const { format, text } = renderToggle(active);
  terminal.print(`${terminal.paint('bold', integration)} at ${visible(`${scope}: ${renderMode(settings)}`)}`);
  terminal.print(terminal.paint(format, text));
  if (missing.length > 0) terminal.print(`missing: ${missing.join(', ')}`);
  if (lockedBy !== undefined) terminal.print(`locked by ${visible(renderScope(lockedBy))}`);
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
      renderToggle(settings.active),
      renderScope(settings.lockedBy),
      settings.missing.join(', '),
    ]),
  );
