import { openEventStoreDb } from './index.ts';

/** Opens the store for a test and for its child processes. */
export const openEventStore = (place: string) => openEventStoreDb({ connectionString: place });
