import type { Actor } from 'integration-settings';

/** Who does everything in this program. */
export const administrator: Actor = { id: 'administrator', administers: ['instance'] };
