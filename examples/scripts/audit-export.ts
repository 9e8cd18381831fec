// Prints who changed what after one moment, up to another, as JSON lines with secrets masked. FILE [FROM [TO]]
import { openSettings } from './open-settings.ts';

const [file = 'settings.sqlite', from = '1970-01-01T00:00:00Z', to = new Date()] = process.argv.slice(2);
await using settings = await openSettings(file);

for await (const { position, at, actor, reason, scope, integration, cause, changed } of settings.audit({ from, to })) {
  const line = { position: position.toString(), at, actor, reason, scope, integration, event: cause.type, changed };
  console.log(JSON.stringify(line));
}
