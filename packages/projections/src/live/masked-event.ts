import {
  type CompiledDefinition,
  type DecidedValue,
  frozenResult,
  isSealed,
  mask,
  type RecordedEvent,
  type SettingsEvent,
} from '@integration-settings/domain';

/** An event as results hand it out: every value masked that the definition or its stored form calls secret. */
export const maskedEvent = (recorded: RecordedEvent, compiled: CompiledDefinition | undefined): SettingsEvent =>
  frozenResult({
    ...recorded,
    data: maskedData(recorded.data, compiled),
    metadata: Object.freeze({ ...(recorded.metadata as object) }),
  }) as unknown as SettingsEvent;

/** A body with its secrets masked. */
export const maskedData = (data: unknown, compiled: CompiledDefinition | undefined): unknown => {
  const { values, ...others } = data as { readonly values?: Readonly<Record<string, DecidedValue | null>> };
  if (values === undefined) return Object.freeze(others);
  const masked = Object.entries(values).map(([name, value]) => {
    const isSecret = value !== null && (isSealed(value) || compiled?.fields.get(name)?.secret === true);
    return [name, isSecret ? mask : value] as const;
  });
  return Object.freeze({ ...others, values: Object.freeze(Object.fromEntries(masked)) });
};
