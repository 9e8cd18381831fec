import { sameFieldValue, sameScope, type ScopeRef } from '@integration-settings/domain';
import { Observable, type Subscriber } from 'rxjs';
import { numberOf, sliceOf } from '../effective-settings/queries.ts';
import type { Effect, EffectiveSettingsView, ReadableSlice } from '../effective-settings/view.ts';
import type { EffectiveSettings } from '../read-model.ts';

interface Watcher {
  readonly number: number;
  readonly slice: ReadableSlice;
  readonly subscriber: Subscriber<EffectiveSettings>;
  last: EffectiveSettings;
}

/** Live views of single settings. An event costs a look at those who watch the integration it is about. */
export class Watchers {
  readonly #view: EffectiveSettingsView;
  readonly #watchers = new Map<ReadableSlice, Set<Watcher>>();
  #isClosed = false;

  constructor(view: EffectiveSettingsView) {
    this.#view = view;
  }

  /**
   * Current first, then each change of mode, source, toggle, values, lock or missing; silent when only the object changed.
   * Completes when the scope is removed and on close; never errors.
   *
   * @throws UnknownScope, UnknownIntegration when called
   */
  watch(scope: ScopeRef, integration: string): Observable<EffectiveSettings> {
    const number = numberOf(this.#view, scope);
    const slice = sliceOf(this.#view, integration);
    return new Observable((subscriber) => {
      if (this.#isClosed || !this.#view.tree.isPresent(number)) return subscriber.complete();
      const watcher: Watcher = { number, slice, subscriber, last: slice.view.effective(number) };
      const others = this.#watchers.get(slice);
      if (others === undefined) this.#watchers.set(slice, new Set([watcher]));
      else others.add(watcher);
      subscriber.add(() => this.#remove(watcher));
      subscriber.next(watcher.last);
    });
  }

  /** Tells those whom the effects of one command reach. */
  notify(effects: readonly Effect[]): void {
    if (this.#watchers.size === 0) return;
    const isStructural = effects.some(({ kind }) => kind === 'moved' || kind === 'removed');
    const slugs = new Set(effects.map(({ event }) => (event.kind === 'settings' ? event.integration : undefined)));
    for (const [slice, watchers] of this.#watchers) {
      if (!isStructural && !slugs.has(slice.slug)) continue;
      for (const watcher of watchers) this.#look(watcher);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const watchers of this.#watchers.values()) for (const { subscriber } of watchers) subscriber.complete();
  }

  #look(watcher: Watcher): void {
    if (!this.#view.tree.isPresent(watcher.number)) return watcher.subscriber.complete();
    const now = watcher.slice.view.effective(watcher.number);
    if (now === watcher.last) return;
    const isNews = !sameSettings(now, watcher.last);
    watcher.last = now;
    if (isNews) watcher.subscriber.next(now);
  }

  #remove(watcher: Watcher): void {
    const watchers = this.#watchers.get(watcher.slice);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(watcher.slice);
  }
}

/** Whether two results say the same; when it was set plays no part. */
export const sameSettings = (one: EffectiveSettings, other: EffectiveSettings): boolean => {
  const names = Object.keys(one.values);
  return (
    one.mode === other.mode &&
    one.active === other.active &&
    sameScope(one.source, other.source) &&
    sameScope(one.lockedBy, other.lockedBy) &&
    one.missing.join() === other.missing.join() &&
    names.length === Object.keys(other.values).length &&
    names.every((name) => Object.hasOwn(other.values, name) && sameFieldValue(one.values[name], other.values[name]))
  );
};
