import type { Command } from '@integration-settings/domain';
import type { EffectiveSettings, Impact } from '../integration-settings.ts';
import type { Context } from './cli-command.ts';
import { parseCount } from './parse-count.ts';
import { renderCount, renderMode, renderValue } from './render.ts';
import { visible } from './visible.ts';

const reasons = {
  custom: 'have custom settings',
  locked: 'are below another lock',
  nearerDefault: 'have a nearer default',
  partial: 'have the fields of their own',
  same: 'have the same already',
} as const;

/** Prints what a command would change: counts, events, and some projects before and after. */
export const printImpact = (
  command: Command,
  impact: Impact,
  { terminal, options }: Context<{ readonly sample?: string }>,
): void => {
  const sample = impact.sample(parseCount('--sample', options.sample ?? '3', 0, 1_000));
  if (options.json === true) {
    const { position, affected, incomplete, unaffected, events } = impact;
    return terminal.printJson({ position, affected, incomplete, unaffected, events, sample });
  }
  const projects = impact.affected === 1 ? 'project' : 'projects';
  const counted = 'integration' in command.data ? projects : 'settings, each of one project for one integration';
  terminal.print(
    `Would change ${terminal.paint('bold', renderCount(impact.affected))} ${counted}. Nothing was changed.`,
  );
  for (const [reason, text] of Object.entries(reasons)) {
    const count = impact.unaffected[reason as keyof typeof reasons];
    if (count > 0) terminal.print(`  ${renderCount(count)} stay as they are: they ${text}`);
  }
  if (impact.incomplete > 0) terminal.print(`  ${renderCount(impact.incomplete)} would lack a required field`);
  terminal.print(`Events: ${impact.events.map(({ type }) => type).join(', ') || 'none, it is so already'}`);
  for (const { project, integration, before, after } of sample) {
    terminal.print(`\nproject/${visible(project)}, ${integration}`);
    terminal.print(`  before  ${renderBriefly(before)}\n  after   ${renderBriefly(after)}`);
  }
  terminal.print(`\nTo do it only while this holds: --if-impact-at ${impact.position}`);
};

const renderBriefly = (settings: EffectiveSettings | undefined): string => {
  if (settings === undefined) return '–';
  const values = Object.entries(settings.values).map(([field, value]) => `${field}=${renderValue(value)}`);
  return visible([renderMode(settings), settings.active ? 'active' : 'inactive', ...values].join(' · '));
};
