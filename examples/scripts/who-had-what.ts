// Prints what held at a project at a moment, an integration a line. FILE PROJECT MOMENT
import { openSettings } from './open-settings.ts';

const [file = 'settings.sqlite', project = '', moment = ''] = process.argv.slice(2);
await using settings = await openSettings(file);

const scope = { project };
const then = await settings.asOf(moment, { scope });
for (const { integration, mode, source, active, values } of then.effectiveAll(scope)) {
  if (mode !== 'unconfigured') console.log(JSON.stringify({ integration, mode, source, active, values }));
}
