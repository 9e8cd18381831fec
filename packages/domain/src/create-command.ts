import type { Commands } from './commands.ts';

/** A command made by a creator: exactly the plain object, typed by the arguments. */
export interface Created<T extends keyof Commands, Data> {
  readonly type: T;
  readonly data: Data;
}

/** Gives a command the type of what its creator promises; the callers build `data` key by key. */
export const create = <T extends keyof Commands, Data>(type: T, data: object): Created<T, Data> => ({
  type,
  data: data as Data,
});
