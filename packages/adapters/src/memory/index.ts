export { openMemoryEventStore } from './memory-event-store.ts';
export { openMemoryReadModelStore } from '../read-models/memory-read-model-store.ts';
