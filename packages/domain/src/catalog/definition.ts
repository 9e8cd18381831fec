import type { Issue } from '../issue.ts';
import type { Level, ScopeRef } from '../scope.ts';

/** What a field holds, how it is checked, and whether it is secret or secrets are sent to it. */
export interface FieldDefinition {
  readonly type: 'string' | 'boolean' | 'integer' | 'string[]';
  /** Must be present while the integration is active. */
  readonly required?: boolean;
  /** Sealed in the log and masked in every read. Strings only. */
  readonly secret?: boolean;
  /** Secrets are sent there. May itself be secret (a webhook). */
  readonly endpoint?: boolean;
  /** Belongs to the connection without being an endpoint or a secret. Marking a field later is a breaking change of the catalog. */
  readonly connection?: boolean;
  readonly format?: 'url' | 'email';
  readonly allowedValues?: readonly (string | number)[];
  /** For forms; never put into values. */
  readonly default?: string | number | boolean;
  readonly title?: string;
  readonly description?: string;
}

/** One integration: its fields in the order of forms, and the levels where it can be set (absent: all). */
export interface IntegrationDefinition {
  readonly title?: string;
  readonly levels?: readonly Level[];
  readonly fields: Readonly<Record<string, FieldDefinition>>;
}

/** A secret in a read: says that there is one, never its text. Two are the same secret when their ids are equal. */
export interface SecretRef {
  readonly id: string;
  /** Where a person entered it; copies keep it. */
  readonly origin: ScopeRef;
  toJSON(): '********';
  toString(): '********';
}

export type FieldValue = string | number | boolean | readonly string[] | SecretRef;
/** A value in a command. `null`, `''` and `[]` are one thing: empty. A secret is given as its text, as a mask, or as the SecretRef of what is there. */
export type GivenValue = FieldValue | null;
export type GivenValues = Readonly<Record<string, GivenValue>>;

/** The definitions a host works with. */
export interface Catalog<D = Readonly<Record<string, IntegrationDefinition>>> {
  readonly definitions: D;
  /** Entries of a form to values, as `defineCatalog` documents it. */
  parseForm(
    integration: string,
    entries: Iterable<readonly [string, unknown]>,
  ): { readonly values: GivenValues; readonly active?: boolean; readonly issues: readonly Issue[] };
}
