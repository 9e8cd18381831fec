import type { TimedCommand } from './history.ts';

const format = '{date} {bar} {percentage}% | {commands} commands, {rate}/s | {left} s left';
/** How often the bar is drawn anew, in milliseconds. */
const interval = 100;

/** Lets work tell of each command, with a bar on the error output where that is wanted. */
export const withBar = async <T>(
  showsBar: boolean,
  work: (onWritten?: (timed: TimedCommand) => void) => Promise<T>,
): Promise<T> => {
  if (!showsBar) return work();
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const begun = performance.now();
  let drawn = -Infinity;
  let commands = 0;
  try {
    return await work(({ at, deed, deeds }) => {
      commands += 1;
      const now = performance.now();
      if (now - drawn < interval) return;
      if (drawn === -Infinity) bar.start(deeds, deed, { date: '', commands: 0, rate: 0, left: '?' });
      drawn = now;
      const seconds = (now - begun) / 1_000;
      const left = deed === 0 ? '?' : Math.ceil((seconds * (deeds - deed)) / deed);
      bar.update(deed, { date: at.toISOString().slice(0, 7), commands, rate: Math.round(commands / seconds), left });
    });
  } finally {
    bar.stop();
  }
};
