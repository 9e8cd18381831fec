import {
  type CompiledDefinition,
  type DecidedValue,
  frozenResult,
  isSealed,
  mask,
  type RecordedEvent,
  type SettingsEvent,
} from '@integration-settings/domain';

/** An event as results hand it out, frozen: every value masked that the definition or its stored form calls secret. */
export const maskedEvent = (recorded: RecordedEvent, compiled: CompiledDefinition | undefined): SettingsEvent =>
  frozenResult({
    ...recorded,
    data: maskedData(recorded.data, compiled),
    metadata: frozenCopy(recorded.metadata),
  }) as unknown as SettingsEvent;

/** A body with its secrets masked, frozen. */
export const maskedData = (data: unknown, compiled: CompiledDefinition | undefined): unknown => {
  const body = data as { readonly values?: Readonly<Record<string, DecidedValue | null>> };
  const { values } = body;
  if (values === undefined) return frozenCopy(body);
  const masked = Object.entries(values).map(([name, value]) => {
    const isSecret = value !== null && (isSealed(value) || compiled?.fields.get(name)?.secret === true);
    return [name, isSecret ? mask : value] as const;
  });
  return frozenCopy({ ...body, values: Object.fromEntries(masked) });
};

/** A copy of plain JSON, frozen at every depth: whose it was goes on as it is. */
const frozenCopy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy)
    // without a list of the names: every receipt is copied
    if (typeof copy[name] === 'object' && Object.hasOwn(copy, name)) copy[name] = frozenCopy(copy[name]);
  return Object.freeze(copy);
};
