import type { RecordedEvent } from '@integration-settings/domain';
import type { ClientEvent } from './client.ts';

/**
 * An event as the port hands it out. Data that is not JSON, or metadata, comes as text, as it stands in the log: nothing
 * is left out here, so that whoever reads on can name it.
 */
export const toRecordedEvent = (resolved: ClientEvent): RecordedEvent => {
  const { event } = resolved;
  if (event === undefined) throw new TypeError('A read without links gave a link.');
  return {
    id: event.id,
    type: event.type,
    data: textual(event.data),
    metadata: textual(event.metadata),
    streamName: event.streamId,
    revision: event.revision,
    position: event.position?.commit ?? resolved.commitPosition ?? -1n,
  };
};

const textual = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
