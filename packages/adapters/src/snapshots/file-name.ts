import type { SnapshotHeader } from '@integration-settings/domain';

const pattern = /^([a-z][a-z0-9_]*)-v(\d+)-(\d+)-([0-9a-f-]{36})\.snapshot$/;

/**
 * STORED FORMAT. The name of a snapshot's file, the whole header in it. A capital of the namespace is a small letter after `_`:
 * some file systems do not tell the two apart.
 */
export const fileNameOf = ({ name, version, position, eventId }: SnapshotHeader): string =>
  `${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}-v${version}-${position}-${eventId}.snapshot`;

/** The header that a file's name says; `undefined` of any other file. */
export const headerOf = (fileName: string): SnapshotHeader | undefined => {
  const [, name, version, position, eventId] = pattern.exec(fileName) ?? [];
  if (name === undefined || version === undefined || position === undefined || eventId === undefined) return undefined;
  const header = {
    name: name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    version: Number(version),
    position: BigInt(position),
    eventId,
  };
  return fileNameOf(header) === fileName ? header : undefined;
};
