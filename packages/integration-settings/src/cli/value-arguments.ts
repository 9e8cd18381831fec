import { type Catalog, type GivenValue, mask, UnknownIntegration } from '@integration-settings/domain';
import { usageError } from './command-line-error.ts';
import { readText } from './read-text.ts';
import type { Terminal } from './terminal.ts';

/** The part of a command's data that says what is to hold. */
export interface Given {
  readonly active?: boolean;
  readonly values?: Readonly<Record<string, GivenValue>>;
}

/** What `--help` says of values. */
export const valuesHelp =
  'FIELD=VALUE, FIELD= to empty it, FIELD@FILE to read it from a file; active=on or off is the toggle';

interface Pair {
  readonly field: string;
  readonly text: string;
}

/**
 * Reads `FIELD=VALUE` and `FIELD@SOURCE` as the catalog types the fields; several of one list field make the list. What the
 * catalog does not take is left for the command to refuse, so that every fault is reported at once.
 *
 * @throws CommandLineError for what is no pair, a field given twice, or a secret in clear; UnknownIntegration
 */
export const readValues = async (
  catalog: Catalog,
  integration: string,
  words: readonly string[],
  terminal: Terminal,
): Promise<Given> => {
  const fields = catalog.definitions[integration]?.fields;
  if (fields === undefined) throw new UnknownIntegration(integration);
  const pairs: Pair[] = [];
  for (const [index, word] of words.entries()) {
    const [, field = '', sign, rest = ''] = /^([a-z][a-z0-9_-]*)([=@])(.*)$/s.exec(word) ?? [];
    if (sign === undefined) throw usageError(`Value ${index + 1} is neither FIELD=VALUE nor FIELD@FILE.`);
    const isSecret = fields[field]?.secret === true;
    if (sign === '=' && isSecret && rest !== '' && rest !== mask) throw secretInClear(field);
    if (fields[field]?.type !== 'string[]' && pairs.some((pair) => pair.field === field))
      throw usageError(`${field} is given twice.`);
    pairs.push({ field, text: sign === '@' ? await readText(field, rest, terminal) : rest });
  }
  return typed(catalog, integration, pairs);
};

const secretInClear = (field: string): Error =>
  usageError(
    `${field} is a secret, and arguments are seen by others and kept by shells: ` +
      `give it as ${field}@FILE, ${field}@- (the input) or ${field}@env:NAME.`,
  );

const typed = (catalog: Catalog, integration: string, pairs: readonly Pair[]): Given => {
  const form = catalog.parseForm(
    integration,
    pairs.map(({ field, text }) => [field, text]),
  );
  if (pairs.some(({ field }) => field === 'active') && form.active === undefined)
    throw usageError('active is neither on nor off.');
  const values = new Map<string, GivenValue>();
  for (const { field, text } of pairs) {
    if (field !== 'active') values.set(field, form.values[field] ?? (text === '' ? null : text));
  }
  return {
    ...(form.active === undefined ? {} : { active: form.active }),
    ...(values.size === 0 ? {} : { values: Object.fromEntries(values) }),
  };
};
