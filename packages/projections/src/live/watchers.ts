import { sameFieldValue, sameScope, type ScopeRef } from '@integration-settings/domain';
import { Observable, type Subscriber } from 'rxjs';
import { numberOf, sliceOf } from '../effective-settings/queries.ts';
import type { Effect, EffectiveSettingsView } from '../effective-settings/view.ts';
import type { EffectiveSettings } from '../read-model.ts';

interface Watcher {
  readonly number: number;
  readonly integration: string;
  readonly subscriber: Subscriber<EffectiveSettings>;
  last: EffectiveSettings;
}

/** Live views of single settings. An event costs a look at those who watch the integration it is about. */
export class Watchers {
  readonly #view: EffectiveSettingsView;
  readonly #watchers = new Map<string, Set<Watcher>>();
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
    sliceOf(this.#view, integration);
    return new Observable((subscriber) => {
      if (this.#isClosed || !this.#view.tree.isPresent(number)) return subscriber.complete();
      const last = this.#settingsOf(number, integration);
      const watcher: Watcher = { number, integration, subscriber, last };
      const others = this.#watchers.get(integration);
      if (others === undefined) this.#watchers.set(integration, new Set([watcher]));
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
    for (const [integration, watchers] of this.#watchers) {
      if (!isStructural && !slugs.has(integration)) continue;
      for (const watcher of watchers) this.#look(watcher);
    }
  }

  /** Tells all who watch what is no longer so, whatever the cause. */
  lookAgain(): void {
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) this.#look(watcher);
  }

  close(): void {
    this.#isClosed = true;
    for (const watchers of this.#watchers.values()) for (const { subscriber } of watchers) subscriber.complete();
  }

  #look(watcher: Watcher): void {
    if (!this.#view.tree.isPresent(watcher.number)) return watcher.subscriber.complete();
    const now = this.#settingsOf(watcher.number, watcher.integration);
    if (now === watcher.last) return;
    const isNews = !sameSettings(now, watcher.last);
    watcher.last = now;
    if (isNews) watcher.subscriber.next(now);
  }

  #remove(watcher: Watcher): void {
    const watchers = this.#watchers.get(watcher.integration);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(watcher.integration);
  }

  #settingsOf(number: number, integration: string): EffectiveSettings {
    return sliceOf(this.#view, integration).view.effective(number);
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
