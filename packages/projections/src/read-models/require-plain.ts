/**
 * Checks that a value comes back from JSON as it is. A property that is `undefined` may be: it is absent afterwards, which reads
 * alike.
 *
 * @throws TypeError naming the place and what was found
 */
export const requirePlain = (value: unknown, path = ''): void => {
  const found = Array.isArray(value) ? undefined : faultOf(value);
  if (found !== undefined) throw new TypeError(`${path === '' ? 'The state' : path} is ${found}; expected plain JSON.`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) requirePlain(item, `${path}/${index}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) if (item !== undefined) requirePlain(item, `${path}/${name}`);
  }
};

const faultOf = (value: unknown): string | undefined => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'object': {
      const prototype: unknown = value === null ? null : Object.getPrototypeOf(value);
      if (prototype === null || prototype === Object.prototype) return undefined;
      return `an object of ${(value as object).constructor?.name ?? 'a class'}`;
    }
    default:
      return value === undefined ? 'undefined' : `a ${typeof value}`;
  }
};
