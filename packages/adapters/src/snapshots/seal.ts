import { createHash } from 'node:crypto';
import type { SnapshotHeader } from '@integration-settings/domain';
import { headerText } from './header.ts';

/** How long a seal is, in bytes. */
export const sealLength = 32;
/** Stands where the length of a page would be, after the last one. */
export const noMorePages = 0xffff_ffff_ffff_ffffn;

/**
 * STORED FORMAT. Seals the pages of a snapshot one after the other: each seal is the SHA-256 of everything up to it, the header
 * and the lengths of the pages included. So a page that is damaged, missing, moved or from elsewhere shows at once.
 */
export class Sealing {
  readonly #hash = createHash('sha256');

  constructor(header: SnapshotHeader) {
    this.#hash.update(headerText(header), 'utf8');
  }

  /** The seal after the next page. */
  page(page: Uint8Array): Uint8Array {
    this.#hash.update(lengthBytes(page.byteLength)).update(page);
    return this.#hash.copy().digest();
  }

  /** The seal of the whole. */
  end(): Uint8Array {
    return this.#hash.update(lengthBytes(noMorePages)).digest();
  }
}

/** A length in eight bytes, little-endian. */
export const lengthBytes = (length: bigint | number): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
};
