import { access, constants, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreCorrupted, StoreNewer } from '@integration-settings/domain';
import { toStoreError } from './map-error.ts';

/** What the header of a file must say. */
export interface FileFormat {
  readonly applicationId: number;
  /** The newest schema version that is understood. */
  readonly version: number;
}

const headerSize = 100;
const magic = Buffer.from('SQLite format 3\0', 'latin1');
const versionOffset = 60;
const applicationIdOffset = 68;

/**
 * Looks at a file before SQLite does, because SQLite would write beside a foreign file, or to it, by opening it. A missing
 * or empty file is fine.
 *
 * @throws StoreCorrupted for anything but a database of this application; StoreNewer; StoreUnavailable where the file or
 * its folder cannot be written
 */
export const inspectFile = async (file: string, format: FileFormat): Promise<void> => {
  const header = await readHeader(file).catch((error: unknown) => {
    throw toStoreError(error, file);
  });
  if (header.length === 0) return;
  if (header.length < headerSize || !header.subarray(0, magic.length).equals(magic)) {
    throw new StoreCorrupted(`The store "${file}" is not a database.`);
  }
  checkFormat(file, format, header.readInt32BE(applicationIdOffset), header.readInt32BE(versionOffset));
};

/** @throws StoreCorrupted for a database of another application; StoreNewer */
export const checkFormat = (file: string, format: FileFormat, applicationId: number, version: number): void => {
  if (applicationId !== format.applicationId) {
    throw new StoreCorrupted(
      `The database "${file}" belongs to another application: its id is ${applicationId}, expected ${format.applicationId}.`,
    );
  }
  if (version > format.version) {
    throw new StoreNewer(
      `The store "${file}" has schema version ${version}; this release knows up to ${format.version}.`,
    );
  }
};

/** The first bytes of a file; none where there is no file but could be one. */
const readHeader = async (file: string): Promise<Buffer> => {
  await access(dirname(file), constants.W_OK);
  try {
    await access(file, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(headerSize), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
};
