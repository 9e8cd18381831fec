// Compares the view with its log, as a nightly job would; exits 1 where they differ or the log cannot be read. FILE
import { openSettings } from './open-settings.ts';

const [file = 'settings.sqlite'] = process.argv.slice(2);
await using settings = await openSettings(file);

const { ok, events, position, differences } = await settings.verify();
console.log(`${events} events up to position ${position}, ${differences.length} differences`);
for (const difference of differences) console.log(difference);
if (!ok) process.exitCode = 1;
