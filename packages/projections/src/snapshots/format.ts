/**
 * STORED FORMAT. What the pages of a snapshot are about, in their order; of each kind there may be none or many, but of the first
 * and the last, which are there once.
 */
export const pageKinds = {
  beginning: 1,
  ids: 2,
  names: 3,
  links: 4,
  own: 5,
  commands: 6,
  recent: 7,
  times: 8,
  superseded: 9,
  end: 10,
} as const;

/** Stands for the time before the first event with a valid one. */
export const noTime = -(2n ** 63n);

/**
 * The version of the fold and of the format of its snapshots. Another one is needed whenever the same log may lead to other
 * content, or the same content to other bytes: snapshots of other versions are passed over. A test holds what it stands for.
 */
export const foldVersion = 1;
