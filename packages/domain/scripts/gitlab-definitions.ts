import { readFileSync } from 'node:fs';

interface FieldFacts {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'integer' | 'string[]';
  readonly required: boolean;
  readonly secret: boolean;
  readonly role: 'setting' | 'event' | 'channel';
  readonly description: string;
  readonly default?: string | number | boolean;
  readonly allowedValues?: readonly (string | number)[];
}
interface IntegrationFacts {
  readonly slug: string;
  readonly title: string;
  readonly levels: Readonly<Record<'instance' | 'group' | 'project', boolean>>;
  readonly fields: readonly FieldFacts[];
}
interface ConnectionFacts {
  readonly endpoints: readonly string[];
  readonly secrets: readonly string[];
  readonly marked: readonly string[];
}

/**
 * Whether a field is one web address, which the facts do not say.
 *
 * It is, where it is a string and
 * - its name is `url`, ends in `_url`, or is `webhook`; or
 * - its description calls it the address of something (`Address of the Matrix server.`), or a webhook URL.
 *
 * Not so: host names, subdomains and sites (`server_host`, `subdomain`, `datadog_site`), which have no scheme, and
 * `default_irc_uri`, whose scheme is not of the web. No field holds exactly one e-mail address, so none has the format
 * `email`: both `recipients` hold several, Jira's `username` a user name as well.
 */
const isWebAddress = (field: FieldFacts): boolean =>
  field.type === 'string' &&
  (/^(url|.+_url|webhook)$/.test(field.name) || /\b(address of|webhook URL)\b/i.test(field.description));

const definitionOf = (integration: IntegrationFacts, connection: ConnectionFacts | undefined): object => {
  const levels = Object.entries(integration.levels).flatMap(([level, allowed]) => (allowed ? [level] : []));
  return {
    title: integration.title,
    ...(levels.length < 3 ? { levels } : {}),
    fields: Object.fromEntries(integration.fields.map((field) => [field.name, fieldOf(field, connection)])),
  };
};

/** A secret that is itself an address is no endpoint, unless the connection names it as one. */
const fieldOf = (field: FieldFacts, connection: ConnectionFacts | undefined): object => {
  const address = isWebAddress(field);
  const endpoint = connection?.endpoints.includes(field.name) === true;
  return {
    type: field.type,
    ...(field.required ? { required: true } : {}),
    ...(field.secret ? { secret: true } : {}),
    ...(endpoint || (address && field.secret) ? { endpoint } : {}),
    ...(connection?.marked.includes(field.name) === true ? { connection: true } : {}),
    ...(address ? { format: 'url' } : {}),
    ...(field.allowedValues === undefined ? {} : { allowedValues: field.allowedValues }),
    ...(field.default === undefined ? {} : { default: field.default }),
    description: field.description,
  };
};

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const key = (name: string): string => (/^[a-z_]\w*$/.test(name) ? name : quote(name));

/** A value as TypeScript source: down to `depth` levels an entry a line, deeper on one line. */
const source = (value: unknown, depth: number, indent = ''): string => {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((item) => source(item, 0)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = entries.map(([name, item]) => `${key(name)}: ${source(item, depth - 1, inner)}`);
  return depth > 0 ? `{\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}}` : `{ ${lines.join(', ')} }`;
};

const facts = (file: string): unknown => JSON.parse(readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8'));

/** The source text of `gitlab-definitions.ts`, made from the facts in `data`. */
export const gitlabDefinitionsSource = (): string => {
  const { integrations } = facts('gitlab-integrations.json') as { readonly integrations: readonly IntegrationFacts[] };
  const connections = facts('gitlab-connections.json') as Readonly<Record<string, ConnectionFacts>>;
  const definitions = Object.fromEntries(
    integrations.map((integration) => [integration.slug, definitionOf(integration, connections[integration.slug])]),
  );
  return [
    '// Made by scripts/generate-gitlab-catalog.ts from the facts in data: change those, then run',
    '// `npm run generate:gitlab-catalog`. Committed though generated, for a JSON import would lose the literal types.',
    '',
    '/** The 55 integrations of GitLab, one field a line. */',
    '// prettier-ignore',
    `export const gitlabDefinitions = ${source(definitions, 3)} as const;`,
    '',
  ].join('\n');
};
