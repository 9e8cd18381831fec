import { hash } from 'node:crypto';
import { idNamespace } from '@integration-settings/projections';

const prefix = Buffer.from(idNamespace.replaceAll('-', ''), 'hex');
const scratch = Buffer.alloc(1024);
prefix.copy(scratch);

/**
 * The name-based UUID (version 5) of a text in this library's namespace.
 *
 * The same as `v5` of `uuid`, at a seventh of its cost: each command takes one or two.
 */
export const nameUuid = (name: string): string => {
  const bytes =
    3 * name.length + prefix.length <= scratch.length ? scratch : Buffer.alloc(3 * name.length + prefix.length);
  if (bytes !== scratch) prefix.copy(bytes);
  const length = prefix.length + bytes.write(name, prefix.length);
  const hex = hash('sha1', bytes.subarray(0, length), 'hex');
  const variant = variants[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The upper bits of the octet that says the variant are 10. */
const variants = ['8', '9', 'a', 'b'] as const;
