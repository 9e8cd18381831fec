import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, symlink, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  Closed,
  StoreCorrupted,
  StoreNewer,
  StoreUnavailable,
  type KeyOwner,
  type KeyStore,
  type WrappedKey,
} from '@integration-settings/domain';
import { createFile, isSystemError, syncDirectory } from './durable-file.ts';
import { readAndTidyRecord, readRecord, recordOf, replaceRecord, unlessMissing, wipe } from './key-record.ts';
import { copyOfKey, isListed, ownerName, type KeyFilter } from './wrapped-key.ts';

const markerName = 'key-store.json';
const formatFamily = 'integration-settings/key-store/';
const format = `${formatFamily}1`;
const extension = '.jsonl';
const idPattern = /^[A-Za-z0-9_-]{1,128}$/;
const batchSize = 100;

/**
 * Opens a key store that is a directory with one small file for each data key; made when it is missing, for its owner only.
 *
 * Several processes may use it at once. Listing reads every file: for more than some thousand keys `openSqliteKeyStore` is faster.
 * It also wipes what a rewrap left that was killed, so a rotation that comes to its end leaves nothing of the former wrappings.
 * Ids of keys are letters, digits, `-` and `_`.
 *
 * @throws StoreCorrupted where the directory holds something else, StoreNewer, StoreUnavailable
 */
export const openFileKeyStore = async (options: { readonly directory: string }): Promise<KeyStore> => {
  const { directory } = options;
  await mapped(directory, () => prepare(directory));
  return new FileKeyStore(directory);
};

/**
 * `keys/ID.jsonl` holds a key. `owners/HASH.N` is a link to the key of an owner; creating it decides who was first. It stays when its key is destroyed,
 * and the owner's next key, should there be one, is claimed by the next N.
 */
class FileKeyStore implements KeyStore {
  readonly #directory: string;
  readonly #keys: string;
  readonly #owners: string;
  #closed = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#keys = join(directory, 'keys');
    this.#owners = join(directory, 'owners');
  }

  get(keyId: string): Promise<WrappedKey | undefined> {
    return this.#run(async () => (idPattern.test(keyId) ? readRecord(this.#keyPath(keyId)) : undefined));
  }

  find(belongsTo: KeyOwner): Promise<WrappedKey | undefined> {
    return this.#run(async () => {
      for (let claim = 0; ; claim += 1) {
        const path = this.#claimPath(belongsTo, claim);
        const target = await unlessMissing(readlink(path));
        if (target === undefined) return undefined;
        const key = await readRecord(join(this.#keys, basename(target)));
        if (key !== undefined) return key;
      }
    });
  }

  createIfAbsent(key: WrappedKey): Promise<WrappedKey> {
    return this.#run(async () => {
      if (!idPattern.test(key.id)) throw new TypeError(`The key id "${key.id}" does not match ${idPattern}.`);
      const present = await this.find(key);
      if (present !== undefined) return present;
      // the key is durable before the claim is there, so that whoever finds the claim may use the key
      await createFile(this.#keyPath(key.id), recordOf(key));
      for (let claim = 0; ; claim += 1) {
        if (await this.#claim(key, claim)) return copyOfKey(key);
        const first = await this.find(key);
        if (first === undefined) continue; // destroyed: the next claim is free
        if (first.id !== key.id) await unlink(this.#keyPath(key.id));
        return first;
      }
    });
  }

  rewrap(key: WrappedKey): Promise<void> {
    return this.#run(async () => {
      if (idPattern.test(key.id)) await replaceRecord(this.#keyPath(key.id), key);
    });
  }

  destroy(keyId: string): Promise<void> {
    return this.#run(async () => {
      if (!idPattern.test(keyId)) return;
      const path = this.#keyPath(keyId);
      // wiped only when nobody finds it any more
      await wipe(path, undefined, async () => {
        await unlessMissing(unlink(path));
        await syncDirectory(this.#keys);
      });
      await syncDirectory(this.#keys);
    });
  }

  async *list(filter: KeyFilter = {}): AsyncIterable<readonly WrappedKey[]> {
    const names = await this.#run(() => readdir(this.#keys));
    const paths = names.filter((name) => name.endsWith(extension)).map((name) => join(this.#keys, name));
    for (let start = 0; start < paths.length; start += batchSize) {
      const batch = paths.slice(start, start + batchSize);
      const keys = await this.#run(() => Promise.all(batch.map((path) => readAndTidyRecord(path))));
      const listed = keys.filter((key) => key !== undefined).filter((key) => isListed(key, filter));
      if (listed.length > 0) yield listed;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #keyPath(keyId: string): string {
    return join(this.#keys, `${keyId}${extension}`);
  }

  #claimPath(owner: KeyOwner, claim: number): string {
    const hash = createHash('sha256').update(ownerName(owner), 'utf8').digest('hex');
    return join(this.#owners, `${hash}.${claim}`);
  }

  async #claim(key: WrappedKey, claim: number): Promise<boolean> {
    try {
      await symlink(join('..', 'keys', `${key.id}${extension}`), this.#claimPath(key, claim));
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) return false;
      throw error;
    }
    await syncDirectory(this.#owners);
    return true;
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new Closed('The key store');
    return mapped(this.#directory, work);
  }
}

const prepare = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const marker = join(directory, markerName);
  if ((await unlessMissing(readFile(marker))) === undefined) {
    const names = await readdir(directory);
    if (!names.includes(markerName) && names.some((name) => !name.startsWith(markerName))) {
      throw new StoreCorrupted(`The directory "${directory}" is not a key store; expected one, or an empty directory.`);
    }
    await createFile(marker, `${JSON.stringify({ format })}\n`);
  }
  const found = formatOf(await readFile(marker, 'utf8'));
  if (found !== format) {
    const NotOurs = found.startsWith(formatFamily) ? StoreNewer : StoreCorrupted;
    throw new NotOurs(`The key store "${directory}" has the format "${found}"; expected "${format}".`);
  }
  for (const name of ['keys', 'owners']) await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
  await syncDirectory(directory);
};

const formatOf = (text: string): string => {
  try {
    return String((JSON.parse(text) as { readonly format?: unknown } | null)?.format);
  } catch {
    return 'unknown';
  }
};

const mapped = async <Result>(directory: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StoreUnavailable(`The key store "${directory}" cannot be used: ${error.message}`, { cause: error });
  }
};
