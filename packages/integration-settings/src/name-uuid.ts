import { hash } from 'node:crypto';
import { idNamespace } from '@integration-settings/projections';

const prefix = Buffer.from(idNamespace.replaceAll('-', ''), 'hex');
const scratch = Buffer.alloc(1024);
prefix.copy(scratch);
/** The first bytes of `scratch`, by how many. */
const heads: Buffer[] = [];

/** Where each of 32 hexadecimal digits stands in the text of a UUID. */
const places = [8, 4, 4, 4, 12].flatMap((length, part) =>
  Array.from({ length }, (_, at) => [0, 9, 14, 19, 24][part]! + at),
);
const uuid = Buffer.from('00000000-0000-0000-0000-000000000000');
const [version, variant] = [14, 19];

/**
 * The name-based UUID (version 5) of a text in this library's namespace.
 *
 * The same as `v5` of `uuid`, at a seventh of its cost and without garbage: each command takes one or two.
 */
export const nameUuid = (name: string): string => {
  const digits = hash('sha1', bytesOf(name), 'hex');
  for (let at = 0; at < places.length; at += 1) uuid[places[at]!] = digits.charCodeAt(at);
  uuid[version] = 0x35; // "5"
  uuid[variant] = variants[Number.parseInt(digits[16]!, 16) & 3]!;
  return uuid.toString('latin1');
};

/** The upper bits of the octet that says the variant are 10. */
const variants = Buffer.from('89ab');

/** To be read before the next call. */
const bytesOf = (name: string): Buffer => {
  if (3 * name.length + prefix.length > scratch.length) return Buffer.concat([prefix, Buffer.from(name)]);
  const length = prefix.length + scratch.write(name, prefix.length);
  return (heads[length] ??= scratch.subarray(0, length));
};
