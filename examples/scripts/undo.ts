// Gives a default back what it was at a moment, once it has said for how many projects. FILE INTEGRATION MOMENT [GROUP]
import { revertSettings } from '@integration-settings/domain';
import { openSettings } from './open-settings.ts';

const [file = 'settings.sqlite', integration = '', moment = '', group] = process.argv.slice(2);
const scope = group === undefined ? 'instance' : { group };
const actor = { id: 'undo', administers: ['instance'] } as const;
await using settings = await openSettings(file);

const { position: to } = await settings.asOf(moment, { scope });
const impact = await settings.preview(revertSettings(scope, integration, to.toString()), { actor });
console.log(`projects that change: ${impact.affected}`);
const reason = `as it was at ${moment}`;
const { events } = await settings.revert(scope, integration, { actor, reason, to, ifImpactAt: impact.position });
console.log('done:', events.map(({ type }) => type).join() || 'it was so already');
