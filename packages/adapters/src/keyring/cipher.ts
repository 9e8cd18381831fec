import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** What AES-256-GCM made of something: 12 random bytes, then ciphertext and 16-byte tag, both base64url. */
export interface Sealed {
  readonly nonce: string;
  readonly text: string;
}

/** Seals bytes; they open only with the same key and the same additional data. */
export const sealBytes = (key: KeyObject, bytes: Uint8Array, additionalData: string): Sealed => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(additionalData, 'utf8'));
  const text = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString('base64url'), text: text.toString('base64url') };
};

/** @returns `undefined` where the key or the additional data is another one, or a byte was changed */
export const openBytes = (key: KeyObject, sealed: Sealed, additionalData: string): Buffer | undefined => {
  const nonce = Buffer.from(sealed.nonce, 'base64url');
  const text = Buffer.from(sealed.text, 'base64url');
  if (nonce.length !== nonceBytes || text.length < tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(additionalData, 'utf8'));
  decipher.setAuthTag(text.subarray(-tagBytes));
  const bytes = decipher.update(text.subarray(0, -tagBytes));
  try {
    return Buffer.concat([bytes, decipher.final()]);
  } catch {
    return undefined;
  }
};
