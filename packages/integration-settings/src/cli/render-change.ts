import { type FieldValue, isSecretRef, type ScopeRef } from '@integration-settings/domain';
import { renderScope, renderValue } from './render.ts';

/** What a thing was before, and what it is after. */
export interface Change {
  readonly before: unknown;
  readonly after: unknown;
}

/** Changes in one line, by name: `title: one → two`. */
export const renderChanges = (changes: Readonly<Record<string, Change>>): string =>
  Object.entries(changes)
    .map(([name, { before, after }]) => `${name}: ${renderAny(before)} → ${renderAny(after)}`)
    .join(', ');

const renderAny = (value: unknown): string => {
  const isScope = typeof value === 'object' && value !== null && !Array.isArray(value) && !isSecretRef(value);
  return isScope ? renderScope(value as ScopeRef) : renderValue(value as FieldValue | null | undefined);
};
