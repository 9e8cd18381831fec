import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Drawn for many ids at once: a draw of its own costs more than all else that an id takes. */
const random = new Uint8Array(4096);
let used = random.length;

/** A new UUID of version 7, which begins with the time. */
export const newCommandId = (): string => {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += 16;
  return v7({ random: random.subarray(used - 16, used) });
};
