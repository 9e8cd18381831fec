import { parseSync } from 'oxc-parser';

/** One import of a file, or a re-export, which imports too. */
export interface Import {
  readonly specifier: string;
  /** Whether something is left of it when types are stripped. */
  readonly atRunTime: boolean;
  /** Where it stands, counted from 1. */
  readonly line: number;
}

/**
 * All imports of a source file in the order of the text: static, dynamic with a literal name, and re-exports.
 *
 * @param file - its name, which says how to parse it
 * @throws where the text cannot be parsed
 */
export const readImports = (file: string, text: string): readonly Import[] => {
  const { module, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);

  const found: { specifier: string; atRunTime: boolean; start: number }[] = [];
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const onlyTypes = entries.length > 0 && entries.every(({ isType }) => isType);
    found.push({ specifier: moduleRequest.value, atRunTime: !onlyTypes, start });
  }
  for (const { entries, start } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) found.push({ specifier: moduleRequest.value, atRunTime: !isType, start });
    }
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const literal = /^(['"`])([^$]*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2];
    if (literal !== undefined) found.push({ specifier: literal, atRunTime: true, start });
  }
  return found
    .toSorted((a, b) => a.start - b.start)
    .map(({ specifier, atRunTime, start }) => ({
      specifier,
      atRunTime,
      line: text.slice(0, start).split('\n').length,
    }));
};
