import type { Progress } from '@integration-settings/projections';
import type { Context } from './cli-command.ts';

const format = '{bar} {percentage}% | {value} events, {rate}/s | {left} s left';
/** How often a program that reads along is told, in milliseconds. */
const interval = 500;

/** Lets work read the log, with a bar on the error output while somebody looks on; with `--json`, a JSON document a line. */
export const withFoldProgress = async <T>(
  { terminal, options }: Context,
  work: (onProgress: (progress: Progress) => void) => Promise<T>,
): Promise<T> => {
  if (options.json === true) {
    let told = -Infinity;
    return work((progress) => {
      const { events, total, perSecond } = progress;
      if (events !== total && performance.now() - told < interval) return;
      told = performance.now();
      terminal.note(JSON.stringify({ events, total, perSecond, secondsLeft: secondsLeft(progress) }));
    });
  }
  if (!terminal.showsProgress) return work(() => undefined);
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({ format, stream: terminal.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(1, 0, { rate: 0, left: '?' });
  try {
    return await work((told) => {
      bar.setTotal(told.total ?? told.events);
      bar.update(told.events, { rate: told.perSecond, left: secondsLeft(told) ?? '?' });
    });
  } finally {
    bar.stop();
  }
};

const secondsLeft = ({ events, total, perSecond }: Progress): number | undefined =>
  total === undefined || perSecond === 0 ? undefined : Math.ceil(Math.max(0, total - events) / perSecond);
