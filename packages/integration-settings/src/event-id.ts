import { nameUuid } from './name-uuid.ts';

/** The id of a command's event: the same again when the command is decided again. */
export const eventId = (namespace: string, commandId: string, index: number): string =>
  nameUuid(`${namespace}/${commandId}/${index}`);
