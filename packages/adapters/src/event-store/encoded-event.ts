import { type EventToAppend, isUuid } from '@integration-settings/domain';

/** An event that was checked and is text already: what the caller does to its objects afterwards changes nothing. */
export interface EncodedEvent {
  /** A UUID in lower case. */
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/**
 * Checks the events of an append and turns them into text.
 *
 * @throws TypeError naming the first fault: no events, an id that is no UUID (the nil UUID is none), an empty or
 * ill-formed type, data or metadata that JSON has no text for
 */
export const encodeEvents = (events: readonly EventToAppend[]): readonly EncodedEvent[] => {
  if (events.length === 0) throw new TypeError('An append needs at least one event.');
  return events.map(encodeEvent);
};

const encodeEvent = (event: EventToAppend): EncodedEvent => {
  if (!isUuid(event.id)) {
    throw new TypeError(`The event id "${String(event.id)}" is not a UUID.`);
  }
  const id = event.id.toLowerCase();
  if (typeof event.type !== 'string' || event.type === '' || !event.type.isWellFormed()) {
    throw new TypeError(
      `The type ${JSON.stringify(event.type)} of event "${id}" is not a well-formed, non-empty text.`,
    );
  }
  return {
    id,
    type: event.type,
    data: toText(event.data, 'data', id),
    metadata: toText(event.metadata, 'metadata', id),
  };
};

const toText = (value: unknown, what: string, id: string): string => {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`The ${what} of event "${id}" is not a JSON value.`);
  return text;
};
