import { type FieldValue, isSecretRef, mask, type ScopeRef, scopeKey } from '@integration-settings/domain';
import type { EffectiveSettings } from '../integration-settings.ts';
import type { Painted } from './terminal.ts';

/** A value for people; secrets as the mask. */
export const renderValue = (value: FieldValue | null | undefined): string => {
  if (value === undefined) return '–';
  if (value === null) return '(empty)';
  if (isSecretRef(value)) return mask;
  return Array.isArray(value) ? value.join(', ') : String(value);
};

/** A scope for people. */
export const renderScope = (scope: ScopeRef | undefined): string => (scope === undefined ? '–' : scopeKey(scope));

/** The toggle for people. */
export const renderToggle = (active: boolean): Painted =>
  active ? { format: 'green', text: 'active' } : { format: 'yellow', text: 'inactive' };

/** Where settings come from, in a few words. */
export const renderMode = ({ mode, source }: Pick<EffectiveSettings, 'mode' | 'source'>): string => {
  if (mode === 'inherited') return `inherited from ${renderScope(source)}`;
  return mode === 'partial' ? `partial, the rest from ${renderScope(source)}` : mode;
};

/** A number for people. */
export const renderCount = (count: number): string => count.toLocaleString('en').replaceAll(',', ' ');
