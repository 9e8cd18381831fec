import {
  type Command,
  isSealed,
  type ScopeRef,
  type SecretKeyring,
  settingsStreamPrefix,
  streamPrefixOf,
} from '@integration-settings/domain';
import type { Effect, EffectiveSettingsView } from '@integration-settings/projections';
import type { Logger } from './telemetry/telemetry.ts';

const firstRetryMs = 250;
const lastRetryMs = 60_000;

/** Whether a command, where it is given effect, ends data keys. */
export const endsKeys = (command: Command): boolean =>
  command.type === 'EraseSecrets' || command.type === 'RemoveGroup' || command.type === 'RemoveProject';

/**
 * Destroys the data keys that the fold has ended: on starting, and after each erasure and removal, whoever commanded it. Tries
 * again until that is done.
 */
export class KeyDestroyer {
  readonly #view: EffectiveSettingsView;
  readonly #keyring: SecretKeyring | undefined;
  readonly #logger: Logger;
  readonly #running = new Set<Promise<boolean>>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = firstRetryMs;
  #isClosed = false;

  constructor(view: EffectiveSettingsView, keyring: SecretKeyring | undefined, logger: Logger) {
    this.#view = view;
    this.#keyring = keyring;
    this.#logger = logger;
  }

  /** Notes an event that ends keys, or that was sealed with one that had ended by then; they are destroyed in the background. */
  noteEffect(effect: Effect): void {
    const { event } = effect;
    if (effect.kind === 'removed') void this.sweep(this.#view.tree.refOf(effect.number));
    else if (event.kind === 'settings') {
      const isErasure = effect.kind === 'settings' && effect.before.era !== effect.after.era;
      if (isErasure || this.#comesTooLate(effect, event)) void this.sweep();
    }
  }

  /** Whether an event holds secrets whose scope or origin's era was gone when its turn came. */
  #comesTooLate(effect: Effect, { body, integration }: Effect['event'] & { readonly kind: 'settings' }): boolean {
    const values = 'values' in body.data ? body.data.values : undefined;
    if (values === undefined) return false;
    return Object.values(values).some(
      (value) =>
        value !== null &&
        isSealed(value) &&
        (effect.kind === 'none' || value.$secret.era < this.#view.eraOf(value.$secret.origin, integration)),
    );
  }

  /** Of an erasure or removal that the view shows: whether no key is left that it ended; `undefined` for other commands, and without a keyring. */
  async destroyed(command: Command): Promise<boolean | undefined> {
    if (this.#keyring === undefined || !endsKeys(command)) return undefined;
    return this.sweep(command.type === 'RemoveProject' ? { project: command.data.project } : undefined);
  }

  /**
   * Destroys all keys that have ended; of a project, only those of its own streams are looked at. Never rejects.
   *
   * @returns whether none is left
   */
  sweep(scope?: ScopeRef): Promise<boolean> {
    if (this.#keyring === undefined || this.#isClosed) return Promise.resolve(false);
    const { namespace } = this.#view;
    const isProject = typeof scope === 'object' && 'project' in scope;
    const sweeping = this.#sweep(
      this.#keyring,
      isProject ? settingsStreamPrefix(namespace, scope) : streamPrefixOf(namespace),
    );
    this.#running.add(sweeping);
    return sweeping.finally(() => this.#running.delete(sweeping));
  }

  /** How many keys there are that a view has ended. */
  async countLeft(view: EffectiveSettingsView): Promise<number> {
    let left = 0;
    if (this.#keyring === undefined) return left;
    for await (const keys of this.#keyring.keys({ streamPrefix: streamPrefixOf(view.namespace) })) {
      left += keys.filter((key) => view.hasEnded(key)).length;
    }
    return left;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await Promise.all(this.#running);
  }

  async #sweep(keyring: SecretKeyring, streamPrefix: string): Promise<boolean> {
    try {
      for await (const keys of keyring.keys({ streamPrefix })) {
        for (const key of keys) if (this.#view.hasEnded(key)) await keyring.destroy(key.id);
      }
      this.#retryMs = firstRetryMs;
      return true;
    } catch (err) {
      this.#logger.warn(
        { err, retryInMs: this.#retryMs },
        'Data keys that have ended are still there; destroying them failed.',
      );
      this.#tryAgain();
      return false;
    }
  }

  #tryAgain(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.sweep(), this.#retryMs);
    this.#retry.unref();
    this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2);
  }
}
