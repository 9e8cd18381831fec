import type { RecordedEvent } from '@integration-settings/domain';
import type { ColumnReader } from './column-reader.ts';
import type { ColumnWriter } from './column-writer.ts';

/** Writes an event as the log has it. */
export const writeEvent = (writer: ColumnWriter, event: RecordedEvent): void => {
  writer.long(event.position);
  writer.long(event.revision);
  for (const value of [event.streamName, event.id, event.type, event.data, event.metadata]) writer.value(value);
};

export const readRecorded = (reader: ColumnReader): RecordedEvent => ({
  position: reader.long(),
  revision: reader.long(),
  streamName: reader.text(),
  id: reader.text(),
  type: reader.text(),
  data: reader.value(),
  metadata: reader.value(),
});
