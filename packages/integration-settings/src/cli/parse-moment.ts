import { isOutOfRange } from '@integration-settings/domain';
import { type Moment, parseMoment as checkMoment } from '@integration-settings/projections';
import type { Context } from './cli-command.ts';
import { usageError } from './command-line-error.ts';

/** What `--help` says of a moment. */
export const momentHelp = 'a position, or a time such as 2026-01-31T12:00:00Z';

const localTime = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?$/;

/**
 * Reads a position or a time. A time without an offset is local, and said again with its offset, to machines as a JSON line.
 *
 * @param name - of the option or argument
 * @throws CommandLineError
 */
export const parseMoment = (name: string, text: string, { terminal, options }: Context): Moment => {
  const [, day, time = '00:00'] = localTime.exec(text) ?? [];
  const moment = day === undefined ? text : `${day}T${time}${offsetOf(new Date(`${day}T${time}`))}`;
  try {
    checkMoment(moment);
  } catch (error) {
    if (isOutOfRange(error)) throw usageError(`${name} is no moment; expected ${momentHelp}.`);
    throw error;
  }
  if (moment !== text) {
    const note = `${name} is taken as ${moment}`;
    terminal.note(options.json === true ? JSON.stringify({ note }) : note);
  }
  return moment;
};

/** How far local time is from UTC then. */
const offsetOf = (date: Date): string => {
  const minutes = -date.getTimezoneOffset();
  if (!Number.isFinite(minutes)) return 'Z'; // the day or the hour is wrong, whatever the offset
  const twoDigits = (number: number): string => Math.floor(number).toString().padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.abs(minutes) / 60)}:${twoDigits(Math.abs(minutes) % 60)}`;
};
