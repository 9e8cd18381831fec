import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file of a folder with its bytes, for seeing that nothing was changed, made or left behind. */
export const bytesOf = async (folder: string): Promise<ReadonlyMap<string, Buffer>> => {
  const names = (await readdir(folder)).toSorted();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
};
