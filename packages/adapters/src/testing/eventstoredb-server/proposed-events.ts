import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ProposedEvent } from './log.ts';
import * as messages from './messages.ts';

/** An event as either call carries it. */
type Message = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

/** What is wrong with an append, in a node's words. */
export class BadRequest extends Error {}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws BadRequest */
export const eventOf = (message: Message): ProposedEvent => {
  const type = message.getMetadataMap().get('type');
  const contentType = message.getMetadataMap().get('content-type');
  if (type === undefined || contentType === undefined) {
    throw new BadRequest('The given key was not present in the dictionary.');
  }
  const id = messages.uuidText(message.getId());
  if (id === undefined) throw new BadRequest("Value cannot be null. (Parameter 'dto')");
  if (!uuidPattern.test(id)) throw new BadRequest('Unrecognized Guid format.');
  if (/^[0-]+$/.test(id)) throw new BadRequest("Empty eventId provided. (Parameter 'eventId')");
  if (type === '') throw new BadRequest("Empty eventType provided. (Parameter 'eventType')");
  return {
    id: id.toLowerCase(),
    type,
    contentType: contentType === 'application/json' ? contentType : 'application/octet-stream',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

/** @throws BadRequest */
export const checkName = (streamName: string): void => {
  if (streamName === '' || streamName === '$$') {
    throw new BadRequest("Specified argument was out of the range of valid values. (Parameter 'eventStreamId')");
  }
};

/** As a node counts: data, metadata and two bytes for each UTF-16 unit of the type. */
export const sizeOf = (events: readonly ProposedEvent[]): number =>
  events.reduce((sum, event) => sum + event.data.length + event.metadata.length + 2 * event.type.length, 0);
