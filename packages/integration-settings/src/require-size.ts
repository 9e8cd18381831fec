import { CommandRejected, type EventToAppend } from '@integration-settings/domain';

/** The most that one command's events may take up with their metadata, as JSON in UTF-8. */
const maxCommandBytes = 524_288;

/** @throws CommandRejected `InvalidCommand` where the events would not fit every store */
export const requireSize = (events: readonly EventToAppend[]): void => {
  let characters = 0;
  for (const { data, metadata } of events) characters += JSON.stringify(data).length + JSON.stringify(metadata).length;
  if (characters * 3 <= maxCommandBytes) return;
  const bytes = events.reduce(
    (sum, { data, metadata }) =>
      sum + Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata)),
    0,
  );
  if (bytes > maxCommandBytes) {
    throw new CommandRejected(
      'InvalidCommand',
      `The command's events take ${bytes} bytes; at most ${maxCommandBytes} fit every store.`,
      [{ field: 'values', message: `take ${bytes} bytes as stored; expected at most ${maxCommandBytes}` }],
    );
  }
};
