/**
 * Finds circles among files that import each other. Imports of types count: they are circles for a reader too.
 *
 * @param importsOf - the files that each file imports
 * @returns each circle once, beginning with its first file by name; one circle for each way back that a walk meets
 */
export const findCircles = (importsOf: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] => {
  const circles = new Map<string, readonly string[]>();
  const finished = new Set<string>();
  const path: string[] = [];

  const walk = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      const circle = startingWithFirst(path.slice(start));
      circles.set(circle.join(' '), circle);
      return;
    }
    if (finished.has(file)) return;
    path.push(file);
    for (const next of importsOf.get(file) ?? []) walk(next);
    path.pop();
    finished.add(file);
  };
  for (const file of importsOf.keys()) walk(file);
  return [...circles.values()];
};

const startingWithFirst = (circle: readonly string[]): readonly string[] => {
  const first = circle.indexOf(circle.reduce((least, file) => (file < least ? file : least)));
  return [...circle.slice(first), ...circle.slice(0, first)];
};
