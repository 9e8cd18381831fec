import type { EffectiveSettings, TimelineEntry } from '../../integration-settings.ts';
import type { CliCommand } from '../cli-command.ts';
import { withSettings } from '../open-settings.ts';
import { type Change, renderChanges } from '../render-change.ts';
import { parseScope, scopeHelp } from '../scope-argument.ts';
import { printTable } from '../table.ts';

/** Shows how what holds at a scope came about. */
export const timeline: CliCommand = {
  name: 'timeline',
  summary: 'show every change of what holds at a scope, by whomever, oldest first',
  arguments: { '<scope>': scopeHelp, '<integration>': 'such as jira' },
  examples: ['timeline project/backend/api jira'],
  run: ({ terminal, options }, text: string, integration: string) => {
    const scope = parseScope(text);
    return withSettings(options, async (settings) => {
      const entries: TimelineEntry[] = [];
      for await (const entry of settings.timeline(scope, integration)) entries.push(entry);
      if (options.json === true) return terminal.printJson(entries);
      const rows = entries.map(({ position, at, actor, cause, before, after, reason }) => [
        position.toString(),
        at,
        actor,
        cause.type,
        renderDifference(before, after),
        reason ?? '',
      ]);
      await printTable(terminal, ['position', 'at', 'by', 'event', 'change', 'reason'], rows);
    });
  },
};

const renderDifference = (before: EffectiveSettings | undefined, after: EffectiveSettings | undefined): string => {
  if (after === undefined) return 'the scope is gone';
  const [then, now] = [shown(before), shown(after)];
  const changed = [...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((name): [string, Change][] => {
    const change = { before: then[name], after: now[name] };
    return JSON.stringify(change.before) === JSON.stringify(change.after) ? [] : [[name, change]];
  });
  if (changed.length > 0) return renderChanges(Object.fromEntries(changed));
  return 'secrets changed'; // which look the same
};

const shown = (settings: EffectiveSettings | undefined): Readonly<Record<string, unknown>> => {
  if (settings === undefined) return {};
  const { mode, source, active, lockedBy, missing, values } = settings;
  return { mode, source, active, 'locked by': lockedBy, missing: missing.length > 0 ? missing : undefined, ...values };
};
