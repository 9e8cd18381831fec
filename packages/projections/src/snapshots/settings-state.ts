import {
  type Cause,
  initialSettings,
  type OwnDocument,
  type OwnField,
  type OwnLock,
  type SettingsState,
} from '@integration-settings/domain';
import type { ColumnReader } from './column-reader.ts';
import type { ColumnWriter } from './column-writer.ts';

// STORED FORMAT. A change of it, or of the state itself, needs another `foldVersion`.
const hasOwn = 1;
const isCustom = 2;
const hasToggle = 4;
const isActive = 8;
const hasLock = 16;
const locksWhole = 32;
const hasValuesInEra = 64;
const isInitial = 128;

/** Writes what a settings stream says. */
export const writeState = (writer: ColumnWriter, state: SettingsState): void => {
  if (state === initialSettings) return writer.integer(isInitial);
  const { own, lock, era, valuesInEra } = state;
  const causes = [...new Set(causesOf(state))];
  const writeCause = (cause: Cause): void => writer.integer(causes.indexOf(cause));
  writer.integer(flagsOf(own, lock, valuesInEra), era, causes.length);
  for (const { eventId, position, at, actor, reason } of causes) {
    writer.long(position);
    for (const text of [eventId, at, actor, reason]) writer.value(text);
  }
  if (own !== undefined) {
    writeCause(own.latest);
    if (own.active !== undefined) writeCause(own.active.cause);
    writer.integer(own.fields.length);
    for (const field of own.fields) {
      writer.value(field.name);
      writer.value(field.value);
      writer.integer(field.era);
      writeCause(field.cause);
    }
  }
  if (lock !== undefined) {
    writeCause(lock.latest);
    if (lock.fields !== 'whole') {
      writer.integer(lock.fields.length);
      for (const name of lock.fields) writer.value(name);
    }
  }
};

/** Reads it again: causes are shared as they were. */
export const readState = (reader: ColumnReader): SettingsState => {
  const flags = reader.integer();
  if (flags === isInitial) return initialSettings;
  const era = reader.integer();
  const causes: Cause[] = [];
  for (let left = reader.integer(); left > 0; left -= 1) {
    causes.push({
      eventId: reader.text(),
      position: reader.long(),
      at: reader.text(),
      actor: reader.text(),
      reason: reader.optionalText(),
    });
  }
  const own = (flags & hasOwn) === 0 ? undefined : readOwn(reader, flags, causes);
  const lock = (flags & hasLock) === 0 ? undefined : readLock(reader, flags, causes);
  return { own, lock, era, valuesInEra: (flags & hasValuesInEra) !== 0 };
};

const readOwn = (reader: ColumnReader, flags: number, causes: readonly Cause[]): OwnDocument => {
  const latest = readCause(reader, causes);
  const isToggle = (flags & isActive) !== 0;
  const active = (flags & hasToggle) === 0 ? undefined : { value: isToggle, cause: readCause(reader, causes) };
  const fields: OwnField[] = [];
  for (let left = reader.integer(); left > 0; left -= 1) {
    const name = reader.text();
    const value = Object.freeze(reader.value()) as OwnField['value'];
    const era = reader.integer();
    fields.push({ name, value, cause: readCause(reader, causes), era });
  }
  return { kind: (flags & isCustom) === 0 ? 'partial' : 'custom', active, fields, latest };
};

const readLock = (reader: ColumnReader, flags: number, causes: readonly Cause[]): OwnLock => {
  const latest = readCause(reader, causes);
  if ((flags & locksWhole) !== 0) return { fields: 'whole', latest };
  const fields: string[] = [];
  for (let left = reader.integer(); left > 0; left -= 1) fields.push(reader.text());
  return { fields, latest };
};

const readCause = (reader: ColumnReader, causes: readonly Cause[]): Cause => {
  const cause = causes[reader.integer()];
  if (cause === undefined) throw new RangeError('A page has no such cause.');
  return cause;
};

const flagsOf = (own: OwnDocument | undefined, lock: OwnLock | undefined, valuesInEra: boolean): number =>
  (own === undefined ? 0 : hasOwn) |
  (own?.kind === 'custom' ? isCustom : 0) |
  (own?.active === undefined ? 0 : hasToggle) |
  (own?.active?.value === true ? isActive : 0) |
  (lock === undefined ? 0 : hasLock) |
  (lock?.fields === 'whole' ? locksWhole : 0) |
  (valuesInEra ? hasValuesInEra : 0);

function* causesOf({ own, lock }: SettingsState): Generator<Cause> {
  if (own !== undefined) {
    yield own.latest;
    if (own.active !== undefined) yield own.active.cause;
    for (const { cause } of own.fields) yield cause;
  }
  if (lock !== undefined) yield lock.latest;
}
