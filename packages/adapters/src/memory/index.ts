export { openMemoryEventStore } from './memory-event-store.ts';
