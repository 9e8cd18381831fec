import type { FieldDefinition, IntegrationDefinition } from './definition.ts';

/** The fields of a definition that belong together because secrets are sent to endpoints (R21). */
export interface Connection {
  /** All of them, in the definition's order. */
  readonly members: readonly string[];
  /** Those that are an endpoint, secret or not. */
  readonly endpoints: readonly string[];
  readonly secrets: readonly string[];
  /** Secrets and marked fields: whoever stores one owns the whole connection. */
  readonly bound: readonly string[];
}

/** A definition with what is asked of it often worked out once. */
export interface CompiledDefinition {
  readonly integration: string;
  readonly definition: IntegrationDefinition;
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly required: readonly string[];
  readonly connection: Connection | undefined;
}

const compiledBefore = new WeakMap<IntegrationDefinition, CompiledDefinition>();

/** Works out the connection, the required fields and the order of a definition; of one and the same once, as every look at the past begins with all of them. */
export const compileDefinition = (integration: string, definition: IntegrationDefinition): CompiledDefinition => {
  const before = compiledBefore.get(definition);
  if (before?.integration === integration) return before;
  const compiled = compile(integration, definition);
  compiledBefore.set(definition, compiled);
  return compiled;
};

const compile = (integration: string, definition: IntegrationDefinition): CompiledDefinition => {
  const fields = new Map(Object.entries(definition.fields));
  const where = (test: (field: FieldDefinition) => boolean): string[] =>
    [...fields].filter(([, field]) => test(field)).map(([name]) => name);
  const endpoints = where((field) => field.endpoint === true);
  const secrets = where((field) => field.secret === true);
  const hasConnection = endpoints.length > 0 && secrets.length > 0;
  return {
    integration,
    definition,
    fields,
    required: where((field) => field.required === true),
    connection: hasConnection
      ? {
          members: where((field) => field.endpoint === true || field.secret === true || field.connection === true),
          endpoints,
          secrets,
          bound: where((field) => field.secret === true || (field.connection === true && field.endpoint !== true)),
        }
      : undefined,
  };
};

/** The names with the whole connection where one of it is named, each once, in the definition's order, then the others by code unit. */
export const closeFields = (compiled: CompiledDefinition | undefined, names: Iterable<string>): readonly string[] => {
  const closed = new Set(names);
  const members = compiled?.connection?.members ?? [];
  if (members.some((name) => closed.has(name))) for (const name of members) closed.add(name);
  return inDefinitionOrder(compiled, closed);
};

/** The definition's order, then the others by code unit. */
export const inDefinitionOrder = (
  compiled: CompiledDefinition | undefined,
  names: ReadonlySet<string>,
): readonly string[] => {
  const known = compiled === undefined ? [] : [...compiled.fields.keys()].filter((name) => names.has(name));
  const others = [...names].filter((name) => compiled?.fields.has(name) !== true).sort(byCodeUnit);
  return [...known, ...others];
};

const byCodeUnit = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
