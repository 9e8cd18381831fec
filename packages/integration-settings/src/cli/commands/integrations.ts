import { type FieldDefinition, UnknownIntegration } from '@integration-settings/domain';
import type { CliCommand } from '../cli-command.ts';
import { loadCatalog } from '../load-catalog.ts';
import { printTable } from '../table.ts';

/** Shows the catalog. Needs no store. */
export const integrations: CliCommand = {
  name: 'integrations',
  summary: 'list the integrations of the catalog, or the fields of one',
  arguments: { '[integration]': 'such as jira' },
  examples: ['integrations', 'integrations jira'],
  async run({ terminal, options }, integration?: string) {
    const { definitions } = await loadCatalog(options.catalog);
    if (integration === undefined) {
      if (options.json === true) return terminal.printJson(definitions);
      const rows = Object.entries(definitions).map(([slug, { title = '', levels, fields }]) => [
        slug,
        title,
        levels?.join(', ') ?? 'all',
        String(Object.keys(fields).length),
      ]);
      return printTable(terminal, ['integration', 'title', 'levels', 'fields'], rows);
    }
    const definition = definitions[integration];
    if (definition === undefined) throw new UnknownIntegration(integration);
    if (options.json === true) return terminal.printJson(definition);
    const rows = Object.entries(definition.fields).map(([name, field]) => [
      name,
      traitsOf(field),
      field.description ?? '',
    ]);
    return printTable(terminal, ['field', 'type', 'what it is'], rows);
  },
};

const traitsOf = ({ type, format, allowedValues, required, secret }: FieldDefinition): string =>
  [allowedValues?.join('|') ?? format ?? type, required === true && 'required', secret === true && 'secret']
    .filter((trait) => trait !== false)
    .join(', ');
