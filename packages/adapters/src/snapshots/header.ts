import { isNamespace, isUuid, type SnapshotHeader } from '@integration-settings/domain';

const highestPosition = 2n ** 63n - 1n;

/** @throws TypeError naming what no snapshot can have */
export const checkHeader = ({ name, version, position, eventId }: SnapshotHeader): void => {
  checkName(name);
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new TypeError(`The version of a snapshot is ${version}, expected a whole number from 1.`);
  }
  if (typeof position !== 'bigint' || position < 0n || position > highestPosition) {
    throw new TypeError(`The position of a snapshot is ${position}, expected a bigint from 0.`);
  }
  if (!isUuid(eventId) || eventId !== eventId.toLowerCase()) {
    throw new TypeError(`The event id of a snapshot is "${eventId}", expected a UUID in lower case.`);
  }
};

/** @throws TypeError */
export const checkName = (name: string): void => {
  if (typeof name !== 'string' || !isNamespace(name)) {
    throw new TypeError(`The name of a snapshot is "${name}", expected [a-z][a-zA-Z0-9]{0,31}.`);
  }
};

/** STORED FORMAT. A header as text, always the same for the same one. */
export const headerText = ({ name, version, position, eventId }: SnapshotHeader): string =>
  JSON.stringify({ name, version, position: position.toString(), eventId });

/** Names a snapshot for people. */
export const describeHeader = ({ name, version, position }: SnapshotHeader): string =>
  `snapshot of "${name}" at position ${position} (version ${version})`;

/** The one at the highest position first, then the one of the newest version. */
export const newestFirst = (one: SnapshotHeader, other: SnapshotHeader): number => {
  if (one.position !== other.position) return one.position > other.position ? -1 : 1;
  return other.version - one.version;
};
