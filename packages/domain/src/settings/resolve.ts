import { closeFields } from '../catalog/compile.ts';
import type { FieldValue } from '../catalog/definition.ts';
import type { ScopeRef } from '../scope.ts';
import { type Cause, initialSettings, type OwnDocument, type OwnLock, type SettingsState } from './state.ts';
import { type ReadingContext, type Understood, understand } from './understand.ts';

export type Mode = 'unconfigured' | 'inherited' | 'partial' | 'custom';

/** A scope and what its settings stream says. */
export interface ScopeSettings {
  readonly scope: ScopeRef;
  readonly state: SettingsState;
}

/** A document that supplies values: whose it is, and what it says. */
export interface DocumentPart {
  readonly scope: ScopeRef;
  readonly document: OwnDocument;
}

/** A lock that holds, and whose it is. */
export interface LockPart {
  readonly scope: ScopeRef;
  readonly lock: OwnLock;
}

/** What settings are made of. The same parts give the same settings. */
export type Part = OwnDocument | OwnLock;

/** A value that holds, and the document that it comes from; without a value the document says: empty. */
export interface Slot extends DocumentPart {
  readonly value: FieldValue | undefined;
  readonly cause: Cause | undefined;
}

/** The locks that hold below a scope. Several hold together; the highest wins for each field. */
export interface LocksInForce {
  readonly whole: LockPart | undefined;
  /** By field, `active` among them; where the lock is whole, only what a higher lock had locked before. */
  readonly fields: ReadonlyMap<string, LockPart>;
  readonly highest: ScopeRef | undefined;
}

/** Settings that hold at a scope, or that it passes down. */
export interface Settings {
  /** The nearest scope with custom settings that was used; `undefined`: unconfigured, nothing holds. */
  readonly source: ScopeRef | undefined;
  /** The toggle as set; whether the settings are complete is judged last, by `missing`. */
  readonly toggle: { readonly value: boolean; readonly from: Slot } | undefined;
  /** By field, in the definition's order; those that are empty everywhere are left out. */
  readonly slots: ReadonlyMap<string, Slot>;
  readonly missing: readonly string[];
  /** The documents and locks in use, farthest first. */
  readonly parts: readonly Part[];
  /** The locks from above that these settings stand under; for what is passed down, those of the scope itself too. */
  readonly locks: LocksInForce;
}

/** What holds at a scope, and what it passes down: the same object where the scope adds nothing. */
export interface Resolved {
  readonly mode: Mode;
  readonly settings: Settings;
  readonly passedDown: Settings;
  /** A whole lock above leaves nothing of the scope's own settings in effect. */
  readonly hidden: boolean;
}

const noLocks: LocksInForce = { whole: undefined, fields: new Map(), highest: undefined };

/** What comes from above the instance: nothing. */
export const nothingAbove: Settings = Object.freeze({
  source: undefined,
  toggle: undefined,
  slots: new Map(),
  missing: [],
  parts: [],
  locks: noLocks,
});

/**
 * Resolves one scope from what it inherits: the whole of R1 to R6 and R21(a), one step down the path.
 *
 * @param above - what the parent passes down
 * @returns with `above` itself, untouched, wherever the scope adds nothing
 */
export const resolveStep = (context: ReadingContext, above: Settings, { scope, state }: ScopeSettings): Resolved => {
  const hidden = above.locks.whole !== undefined && state.own !== undefined;
  const own = hidden ? undefined : state.own;
  const settings = own === undefined ? above : layOver(context, above, { scope, document: own }, state.era);
  const mode = settings.source === undefined ? 'unconfigured' : (own?.kind ?? 'inherited');
  return { mode, settings, passedDown: lockBelow(context, settings, scope, state.lock), hidden };
};

/**
 * Resolves the settings of one integration along a path: the oracle that every view is held against.
 *
 * The nearest custom settings win; fields overridden further down are laid over them, nearest last; what a lock holds,
 * nothing below it changes.
 *
 * @param path - from the instance down to the scope asked about
 */
export const resolve = (context: ReadingContext, path: readonly ScopeSettings[]): Resolved => {
  let resolved = resolveStep(context, nothingAbove, { scope: 'instance', state: initialSettings });
  for (const step of path) resolved = resolveStep(context, resolved.passedDown, step);
  return resolved;
};

const layOver = (context: ReadingContext, above: Settings, own: DocumentPart, era: number): Settings => {
  const { document } = own;
  if (document.kind === 'partial' && above.source === undefined) return above;
  const understood = understand(context, own.scope, era, document);
  const locked = above.locks.fields;
  const slots = new Map<string, Slot>();
  for (const name of context.compiled.fields.keys()) {
    const inherits = locked.has(name) || (document.kind === 'partial' && !understood.has(name));
    const slot = inherits ? above.slots.get(name) : slotOf(own, understood.get(name));
    if (slot !== undefined) slots.set(name, slot);
  }
  const toggle =
    document.active === undefined || locked.has('active')
      ? above.toggle
      : { value: document.active.value, from: { ...own, value: undefined, cause: document.active.cause } };
  return {
    source: document.kind === 'custom' ? own.scope : above.source,
    toggle,
    slots,
    missing: context.compiled.required.filter((name) => slots.get(name)?.value === undefined),
    parts: document.kind === 'custom' ? [...lockedParts(above), document] : [...above.parts, document],
    locks: above.locks,
  };
};

const slotOf = (own: DocumentPart, field: Understood | undefined): Slot | undefined =>
  field === undefined ? undefined : { ...own, value: field.value, cause: field.stored?.cause };

/** Of what comes from above, the locks that hold a field, and the documents that its values come from. */
const lockedParts = (above: Settings): readonly Part[] => {
  const used = new Set<Part>();
  for (const [name, { lock }] of above.locks.fields) {
    used.add(lock);
    const slot = name === 'active' ? above.toggle?.from : above.slots.get(name);
    if (slot !== undefined) used.add(slot.document);
  }
  return above.parts.filter((part) => used.has(part));
};

/** Adds a scope's own lock for those below, if something is effective there. */
const lockBelow = (
  context: ReadingContext,
  settings: Settings,
  scope: ScopeRef,
  lock: OwnLock | undefined,
): Settings => {
  if (lock === undefined || settings.source === undefined) return settings;
  const { whole, fields, highest } = settings.locks;
  const part: LockPart = { scope, lock };
  const merged = new Map(fields);
  if (lock.fields !== 'whole' && whole === undefined) {
    for (const name of closeFields(context.compiled, lock.fields)) if (!merged.has(name)) merged.set(name, part);
  }
  return {
    ...settings,
    parts: [...settings.parts, lock],
    locks: { whole: whole ?? (lock.fields === 'whole' ? part : undefined), fields: merged, highest: highest ?? scope },
  };
};

/** The lock that holds a field of settings, if one does. */
export const lockOf = (locks: LocksInForce, field: string): ScopeRef | undefined =>
  (locks.fields.get(field) ?? locks.whole)?.scope;
