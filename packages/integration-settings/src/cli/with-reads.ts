import type { ScopeRef } from '@integration-settings/domain';
import type { SettingsView } from '../integration-settings.ts';
import type { Context, OptionLine } from './cli-command.ts';
import { withSettings } from './open-settings.ts';
import { momentHelp, parseMoment } from './parse-moment.ts';

/** The moment that a read asks about. */
export interface AtOption {
  readonly at?: string;
}

export const atOption: OptionLine = ['--at <moment>', `as it was then: ${momentHelp}`];

/**
 * Opens what can be read now, or at the moment that the options name, for one piece of work.
 *
 * @param scope - where only this scope is asked about: then only what it needs is read of the past
 */
export const withReads = <T>(
  context: Context<AtOption>,
  scope: ScopeRef | undefined,
  work: (view: SettingsView) => Promise<T> | T,
): Promise<T> => {
  const { options } = context;
  const moment = options.at === undefined ? undefined : parseMoment('--at', options.at, context);
  return withSettings(options, async (settings) => {
    if (moment === undefined) return work(settings);
    return work(await settings.asOf(moment, scope === undefined ? {} : { scope }));
  });
};
