// Writes a history of ten years into a new SQLite store, through the library.
import { readArguments } from './read-arguments.ts';

const given = readArguments();
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('Interrupted; what was written is removed.')));
try {
  const { writeFile } = await import('./write-file.ts');
  const { seconds, perSecond, bytes, ...written } = await writeFile(given, stop.signal);
  if (given.json) {
    const rounded = { seconds: Math.round(seconds * 10) / 10, perSecond: Math.round(perSecond) };
    console.log(JSON.stringify({ ...written, ...rounded, bytes }));
  } else {
    const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
    const format = (value: number): string => numbers.format(value);
    const { commands, events, checksum, file } = written;
    console.log(
      `${format(commands)} commands, ${format(events)} events in ${seconds.toFixed(1)} s (${format(perSecond)}/s)`,
    );
    console.log(`${file}: ${format(bytes / 1_048_576)} MiB\nchecksum ${checksum}`);
  }
} catch (error) {
  console.error(stop.signal.aborted ? (stop.signal.reason as Error).message : error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
