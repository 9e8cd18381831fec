// Builds the view anew; prints how far it has come, and then what it found, as JSON lines. FILE
import { openSettings } from './open-settings.ts';

const [file = 'settings.sqlite'] = process.argv.slice(2);
await using settings = await openSettings(file);

const report = await settings.rebuild({
  onProgress: (progress) => console.log(JSON.stringify({ progress })),
  signal: AbortSignal.timeout(600_000), // the old view stays
});
console.log(JSON.stringify({ report }));
