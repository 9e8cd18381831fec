import { styleText } from 'node:util';
import { type FieldValue, isSecretRef, mask, scopeKey } from '@integration-settings/domain';
import type { EffectiveSettings } from 'integration-settings';
import type { Comparison, StepReport } from './run-step.ts';

/** Writes a number with thin gaps, for people. */
export const showCount = (count: number): string => count.toLocaleString('en').replaceAll(',', ' ');

/** Writes a duration for people. */
export const showDuration = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;

/** Writes a step, and one project before and after it: where its settings come from, and what changed. */
export const showStep = (number: number, report: StepReport, comparison: Comparison): string => {
  const { name, command, affected, unaffected, milliseconds } = report;
  const { project, before, after } = comparison;
  const fields = [...new Set([...Object.keys(before.values), ...Object.keys(after.values)])].filter(
    (field) => !sameValue(before.values[field], after.values[field]),
  );
  const changed = styleText('bold', `${showCount(affected)} ${affected === 1 ? 'project' : 'projects'} changed`);
  return [
    `${String(number).padStart(2)}  ${styleText('bold', name)}  ${styleText('dim', command)}`,
    `    ${changed}, ${showCount(unaffected)} kept what they had, in ${showDuration(milliseconds)}`,
    `    ${styleText('cyan', project)}`,
    `      before  ${showSettings(before, fields)}`,
    `      after   ${showSettings(after, fields)}`,
    '',
  ].join('\n');
};

const showSettings = (settings: EffectiveSettings, fields: readonly string[]): string => {
  const { mode, source, lockedBy, active } = settings;
  const origin = mode === 'inherited' || mode === 'partial' ? `${mode} from ${scopeKey(source ?? 'instance')}` : mode;
  const toggle = mode === 'unconfigured' ? [] : [active ? 'on' : 'off'];
  const lock = lockedBy === undefined ? [] : [`locked by ${scopeKey(lockedBy)}`];
  const values = fields.map((field) => `${field}: ${showValue(settings.values[field])}`);
  return [origin, ...toggle, ...lock, ...(mode === 'unconfigured' ? [] : values)].join(' · ');
};

const showValue = (value: FieldValue | undefined): string => {
  if (value === undefined) return '–';
  return isSecretRef(value) ? mask : String(value);
};

const sameValue = (one: FieldValue | undefined, other: FieldValue | undefined): boolean =>
  isSecretRef(one) && isSecretRef(other) ? one.id === other.id : String(one) === String(other);
