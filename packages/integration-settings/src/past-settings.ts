import { OutOfRange, sameScope, scopeKey, type ScopeRef } from '@integration-settings/domain';
import type { EffectiveSettingsView } from '@integration-settings/projections';
import { SettingsReads } from './settings-reads.ts';

/** What a past view is made of. */
export interface PastParts {
  readonly view: EffectiveSettingsView;
  /** Of the moment; the view may have no event of its own there. */
  readonly position: bigint;
  /** Where only what this scope needs was read. */
  readonly scope: ScopeRef | undefined;
  readonly requireOpen: () => void;
}

/**
 * The read calls of a past moment. Made for one scope, it answers for that scope and for those it lay below then, and for
 * nothing below them.
 */
export class PastSettings extends SettingsReads {
  readonly #parts: PastParts;

  constructor(parts: PastParts) {
    super(parts.view.catalog, (asked, reach) => {
      parts.requireOpen();
      requireRead(parts, asked, reach);
      return parts.view;
    });
    this.#parts = parts;
  }

  get position(): bigint {
    this.#parts.requireOpen();
    return this.#parts.position;
  }
}

/** @throws OutOfRange for what was not read */
const requireRead = ({ view, scope }: PastParts, asked: ScopeRef, reach: 'itself' | 'below'): void => {
  if (scope === undefined) return;
  if (reach === 'itself') {
    const number = view.tree.find(scope);
    const path = number === undefined ? [] : view.tree.pathOf(number);
    if (asked === 'instance' || sameScope(asked, scope) || path.some((at) => sameScope(view.tree.refOf(at), asked)))
      return;
    throw new OutOfRange(
      `This past view was made for "${scopeKey(scope)}"; it cannot answer for "${scopeKey(asked)}".`,
    );
  }
  if (typeof scope === 'object' && 'project' in scope && sameScope(asked, scope)) return; // nothing lies below it
  throw new OutOfRange(
    `This past view was made for "${scopeKey(scope)}"; it cannot answer for what lay below "${scopeKey(asked)}".`,
  );
};
