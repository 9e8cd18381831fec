import { createHash } from 'node:crypto';
import type { CompiledDefinition } from '@integration-settings/domain';

/** Of what this release makes of an event. Another one has every read model made anew. */
const foldVersion = 1;

/** Stands for all that the tables depend on beside the log: the definitions, without what is only shown, and the fold. */
export const fingerprintOf = (definitions: Iterable<CompiledDefinition>): string => {
  const parts = Array.from(definitions, ({ integration, fields }) => [
    integration,
    Array.from(fields, ([name, { type, required, secret, endpoint, connection, format, allowedValues }]) => [
      name,
      { type, required, secret, endpoint, connection, format, allowedValues },
    ]),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([foldVersion, parts]))
    .digest('base64url');
};
