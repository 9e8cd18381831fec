import { DatabaseSync } from 'node:sqlite';
import { RebuildInProgress } from '@integration-settings/domain';
import { isBusy, toStoreError } from '../sqlite/map-error.ts';

/**
 * Makes the caller the only one, in all processes of the machine, who builds. The claim is a lock of the operating system on
 * a file, so it ends with its process, however that ends. The file is empty and stays where it is: a lock on a file that
 * somebody removes is no lock.
 *
 * @param file - the one to lock
 * @param what - what is built, for people
 * @returns what releases it; twice is once
 * @throws RebuildInProgress, StoreUnavailable
 */
export const claimRebuild = (file: string, what: string): (() => Promise<void>) => {
  let database: DatabaseSync | undefined;
  try {
    const locked = (database = new DatabaseSync(file));
    locked.exec('BEGIN EXCLUSIVE');
    return async () => {
      if (locked.isOpen) locked.close();
    };
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw new RebuildInProgress(what);
    throw toStoreError(error, file);
  }
};
