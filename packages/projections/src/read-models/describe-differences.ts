/** Most differences that are named one by one. */
const mostNamed = 100;

type Plain = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null;

/**
 * Says where two plain JSON values differ, by path, and with which values.
 *
 * @param held - `undefined`: there is none, which differs from everything
 */
export const describeDifferences = (held: unknown, built: unknown): readonly string[] => {
  const found: string[] = [];
  let others = 0;
  const compare = (one: unknown, other: unknown, path: string): void => {
    if (one === other) return;
    if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
      const names = new Set([...Object.keys(one), ...Object.keys(other)]);
      for (const name of names) compare(ownValue(one, name), ownValue(other, name), `${path}/${name}`);
    } else if (found.length < mostNamed) {
      found.push(`${path === '' ? 'the state' : path} was ${shown(one)}, is ${shown(other)}`);
    } else others += 1;
  };
  compare(held, built, '');
  return Object.freeze(others === 0 ? found : [...found, `and ${others} more`]);
};

const ownValue = (object: Plain, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

const shown = (value: unknown): string => {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
