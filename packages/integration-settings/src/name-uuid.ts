import { hash } from 'node:crypto';
import { uuidOf } from '@integration-settings/domain';
import { idNamespace } from '@integration-settings/projections';

const prefix = Buffer.from(idNamespace.replaceAll('-', ''), 'hex');
const scratch = Buffer.alloc(1024);
prefix.copy(scratch);
/** The first bytes of `scratch`, by how many. */
const heads: Buffer[] = [];

/**
 * The name-based UUID (version 5) of a text in this library's namespace.
 *
 * The same as `v5` of `uuid`, at a seventh of its cost and without garbage: each command takes one or two.
 */
export const nameUuid = (name: string): string => {
  const digits = hash('sha1', bytesOf(name), 'hex');
  return uuidOf(digits, version5, variants.charCodeAt(Number.parseInt(digits[16]!, 16) & 3));
};

const version5 = 0x35; // "5"
/** The upper bits of the octet that says the variant are 10. */
const variants = '89ab';

/** To be read before the next call. */
const bytesOf = (name: string): Buffer => {
  if (3 * name.length + prefix.length > scratch.length) return Buffer.concat([prefix, Buffer.from(name)]);
  const length = prefix.length + scratch.write(name, prefix.length);
  return (heads[length] ??= scratch.subarray(0, length));
};
