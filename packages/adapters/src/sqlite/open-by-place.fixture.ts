import { openSqliteEventStore } from './index.ts';

/** Opens the store for a test and for its child processes. */
export const openEventStore = (place: string) => openSqliteEventStore({ file: place });
