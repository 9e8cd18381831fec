import {
  CommandRejected,
  type EventMetadata,
  type EventStore,
  fieldOf,
  isExpectedRevisionConflict,
  NotAuthorized,
  type ScopeRef,
  secretAccessStreamName,
  SecretMark,
  type Slot,
} from '@integration-settings/domain';
import { type EffectiveSettings, type LiveView, numberOf, sliceOf } from '@integration-settings/projections';
import type { Actor, Authorize } from './authorization.ts';
import { eventId } from './event-id.ts';
import { hashOf } from './command-hash.ts';
import { requireActor } from './command-options.ts';
import { newCommandId } from './new-command-id.ts';
import type { Secrets } from './secrets.ts';
import { keyOf, SerialQueue } from './serial-queue.ts';

const hour = 3_600_000;
/** How many reveals are remembered so as not to be recorded again within the hour. */
const maxRemembered = 10_000;
const maxPurpose = 1000;

export interface SecretRevealsOptions {
  readonly live: LiveView;
  readonly eventStore: EventStore;
  readonly secrets: Secrets;
  readonly authorize: Authorize;
  readonly clock: () => Date;
}

/** Secrets' texts with the settings they belong to. */
export interface Revealed {
  readonly settings: EffectiveSettings;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Hands out the texts of secrets to those who may have them, and records it first. */
export class SecretReveals {
  readonly #options: SecretRevealsOptions;
  readonly #queue = new SerialQueue();
  /** When a secret was last recorded as revealed, by secret, actor and purpose. */
  readonly #recorded = new Map<string, number>();

  constructor(options: SecretRevealsOptions) {
    this.#options = options;
  }

  /** @throws NotAuthorized, SecretErased, SecretsNotConfigured, UnknownScope, UnknownIntegration, StoreNewer */
  async reveal(scope: ScopeRef, integration: string, actor: Actor, purpose: string): Promise<Revealed> {
    requireActor(actor);
    requirePurpose(purpose);
    const { live, secrets } = this.#options;
    for (;;) {
      if (live.stopped !== undefined) throw live.stopped;
      const { settings, slots } = this.#read(scope, integration);
      const allowed = await this.#allowed(slots, actor);
      if (slots.size > 0 && allowed.size === 0) {
        const { position } = live.view;
        await live.catchUp();
        if (live.view.position !== position) continue;
        throw new NotAuthorized(
          actor.id,
          'reveal',
          [...slots.values()].map(({ value }) => (value as SecretMark).origin),
        );
      }
      const texts: Record<string, string> = {};
      for (const [field, slot] of allowed) {
        const stored = fieldOf(slot.document, field)?.value;
        const clearText = typeof stored === 'string' ? stored : undefined;
        texts[field] = await secrets.open(integration, slot.value as SecretMark, {
          scope: slot.scope,
          field,
          clearText,
        });
      }
      if (this.#read(scope, integration).settings !== settings) continue; // of one state
      await this.#record(scope, integration, allowed, actor, purpose);
      return Object.freeze({ settings, secrets: Object.freeze(texts) });
    }
  }

  #read(
    scope: ScopeRef,
    integration: string,
  ): { readonly settings: EffectiveSettings; readonly slots: ReadonlyMap<string, Slot> } {
    const { view } = this.#options.live;
    const number = numberOf(view, scope);
    const slice = sliceOf(view, integration);
    const secret = [...slice.view.resolved(number).settings.slots].filter(
      ([, { value }]) => value instanceof SecretMark,
    );
    return { settings: slice.view.effective(number), slots: new Map(secret) };
  }

  async #allowed(slots: ReadonlyMap<string, Slot>, actor: Actor): Promise<ReadonlyMap<string, Slot>> {
    const { view } = this.#options.live;
    const allowed = new Map<string, Slot>();
    for (const [field, slot] of slots) {
      const { origin } = slot.value as SecretMark;
      const request = {
        actor,
        action: 'reveal' as const,
        scopes: [origin],
        isAtOrBelow: (scope: ScopeRef, ancestor: ScopeRef): boolean => view.isAtOrBelow(scope, ancestor),
      };
      if (await this.#options.authorize(request)) allowed.set(field, slot);
    }
    return allowed;
  }

  /** Once an hour for the same secret, actor and purpose. */
  async #record(
    scope: ScopeRef,
    integration: string,
    slots: ReadonlyMap<string, Slot>,
    actor: Actor,
    purpose: string,
  ): Promise<void> {
    const at = this.#options.clock();
    const day = at.toISOString().slice(0, 10);
    const streamName = secretAccessStreamName(this.#options.live.view.namespace, day);
    const entryOf = (slot: Slot): string => JSON.stringify([(slot.value as SecretMark).id, actor.id, purpose]);
    const isNew = ([, slot]: readonly [string, Slot]): boolean =>
      at.getTime() - (this.#recorded.get(entryOf(slot)) ?? -Infinity) >= hour;
    await this.#queue.run([keyOf(streamName)], async () => {
      const fresh = [...slots].filter(isNew);
      if (fresh.length === 0) return;
      const subject = scope === 'instance' ? {} : scope;
      const data = { ...subject, integration, fields: fresh.map(([field]) => field), purpose };
      await this.#append(streamName, data, actor, at.toISOString());
      for (const [, slot] of fresh) this.#remember(entryOf(slot), at.getTime());
    });
  }

  #remember(key: string, at: number): void {
    this.#recorded.delete(key);
    this.#recorded.set(key, at);
    for (const oldest of this.#recorded.keys()) {
      if (this.#recorded.size <= maxRemembered) break;
      this.#recorded.delete(oldest);
    }
  }

  async #append(streamName: string, data: object, actor: Actor, at: string): Promise<void> {
    const { eventStore, live } = this.#options;
    const type = 'SecretsRevealed';
    const commandId = newCommandId();
    const metadata: EventMetadata = {
      commandId,
      commandHash: hashOf(type, data),
      actor: actor.id,
      at,
      schemaVersion: 1,
      optional: true,
    };
    const event = { id: eventId(live.view.namespace, commandId, 0), type, data, metadata };
    for (;;) {
      let expectedRevision: bigint | 'no_stream' = 'no_stream';
      for await (const [last] of eventStore.readStream(streamName, { direction: 'backwards', maxCount: 1 })) {
        expectedRevision = last?.revision ?? expectedRevision;
      }
      try {
        await eventStore.appendToStream(streamName, [event], { expectedRevision });
        return;
      } catch (error) {
        if (!isExpectedRevisionConflict(error)) throw error; // another process was first: look again
      }
    }
  }
}

const requirePurpose = (purpose: unknown): void => {
  const isFine =
    typeof purpose === 'string' && purpose !== '' && purpose.isWellFormed() && [...purpose].length <= maxPurpose;
  if (isFine) return;
  throw new CommandRejected('InvalidCommand', 'The purpose is malformed.', [
    { field: 'purpose', message: `is not a text of 1 to ${maxPurpose} characters` },
  ]);
};
