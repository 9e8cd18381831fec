import {
  type Cause,
  type CompiledDefinition,
  type FieldValue,
  frozenResult,
  type Mode,
  notAppended,
  type Part,
  sameFieldValue,
  type Settings,
} from '@integration-settings/domain';
import { produce } from 'immer';
import type { EffectiveSettings } from '../read-model.ts';

/**
 * Settings as reads hand them out, frozen.
 *
 * @param previous - what the same scope showed before: values that stayed the same keep their identity
 */
export const presentSettings = (
  compiled: CompiledDefinition,
  mode: Mode,
  settings: Settings,
  previous?: EffectiveSettings,
): EffectiveSettings => {
  const newestPart = newest(settings.parts);
  const latest = newestPart === notAppended ? undefined : newestPart; // of a preview: not set yet
  return frozenResult({
    integration: compiled.integration,
    mode,
    source: settings.source,
    active: settings.toggle?.value === true && settings.missing.length === 0,
    values: presentValues(settings, previous?.values),
    missing: Object.freeze([...(settings.source === undefined ? [] : settings.missing)]),
    lockedBy: settings.locks.highest,
    setAt: latest?.at,
    position: latest?.position,
  });
};

type Values = Readonly<Record<string, FieldValue>>;

const presentValues = (settings: Settings, previous: Values | undefined): Values => {
  const present = new Map<string, FieldValue>();
  for (const [name, { value }] of settings.slots) if (value !== undefined) present.set(name, value);
  if (previous === undefined) return frozenResult(Object.fromEntries(present));
  const values = produce(previous, (draft: Record<string, unknown>) => {
    for (const name of Object.keys(previous)) if (!present.has(name)) delete draft[name];
    for (const [name, value] of present) if (!sameFieldValue(previous[name], value)) draft[name] = value;
  });
  if (values === previous) return previous;
  return frozenResult(Object.fromEntries([...present].map(([name, value]) => [name, values[name] ?? value])));
};

/** The newest event of the documents and locks in use. */
const newest = (parts: readonly Part[]): Cause | undefined => {
  let latest: Cause | undefined;
  for (const { latest: cause } of parts) if (latest === undefined || cause.position > latest.position) latest = cause;
  return latest;
};
