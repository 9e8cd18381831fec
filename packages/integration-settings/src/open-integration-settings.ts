import {
  type Catalog,
  type EventStore,
  isNamespace,
  type SecretKeyring,
  type SnapshotStore,
} from '@integration-settings/domain';
import { EffectiveSettingsView, LiveView, Snapshots, SnapshotWriter } from '@integration-settings/projections';
import { Appender } from './appender.ts';
import { type Authorize, standardAuthorization } from './authorization.ts';
import { CommandHandler } from './command-handler.ts';
import { History } from './history.ts';
import type { IntegrationSettings } from './integration-settings.ts';
import { KeyDestroyer } from './key-destroyer.ts';
import { OpenSettings } from './open-settings.ts';
import { SecretReveals } from './secret-reveals.ts';
import { Secrets } from './secrets.ts';
import { CommandObserver } from './telemetry/command-observer.ts';
import { harmlessLogger } from './telemetry/harmless-logger.ts';
import { logStatus } from './telemetry/log-status.ts';
import { observeView } from './telemetry/observe-view.ts';
import { ObservedCommandHandler } from './telemetry/observed-command-handler.ts';
import { requireTelemetry } from './telemetry/require-telemetry.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { Upkeep } from './upkeep.ts';

/** What integration settings are opened with. */
export interface OpenOptions<C extends Catalog> {
  /** Closed by `close()`. */
  readonly eventStore: EventStore;
  readonly catalog: C;
  /** `[a-z][a-zA-Z0-9]{0,31}`. Default `integrations`. Several can share a store. */
  readonly namespace?: string;
  /** Needed once a secret is used. Closed by `close()`. */
  readonly keyring?: SecretKeyring;
  /** Default `standardAuthorization`. */
  readonly authorize?: Authorize;
  readonly clock?: () => Date;
  /** How long a command waits to be visible to reads of this process. Default 5 000. */
  readonly visibleWithinMs?: number;
  /**
   * Where snapshots of the view are kept, so that opening and looking back need not read the whole log. Nothing depends on them: what
   * is wrong with one is a warning. Closed by `close()`, which writes a last one.
   */
  readonly snapshots?: SnapshotStore;
  /** Whatever it throws harms nothing. Absent: nothing is printed or measured. */
  readonly telemetry?: Telemetry;
}

/**
 * Opens integration settings on an event store: reads the log, from the newest snapshot on where there is one, then follows it.
 *
 * An event of the log that is broken, or that this version does not know, does not keep it from opening: reads show what was
 * before it, and `status$` says why.
 *
 * @throws StoreUnavailable, or what else the store throws; TypeError for a bad namespace or telemetry
 */
export const openIntegrationSettings = async <C extends Catalog>(
  options: OpenOptions<C>,
): Promise<IntegrationSettings<C>> => {
  const { eventStore, catalog, namespace = 'integrations', keyring } = options;
  const { authorize = standardAuthorization, clock = () => new Date(), visibleWithinMs = 5_000 } = options;
  if (!isNamespace(namespace)) throw new TypeError(`namespace is "${namespace}"; expected [a-z][a-zA-Z0-9]{0,31}.`);
  const telemetry = requireTelemetry(options.telemetry);
  const logger = harmlessLogger(telemetry.logger, namespace);
  const warn = (message: string, details: object): unknown => logger.warn(details, message);
  const store = options.snapshots;
  const snapshots = store && new Snapshots({ store, eventStore, namespace, catalog, warn });
  const view = (await snapshots?.restore()) ?? new EffectiveSettingsView(namespace, catalog);
  const snapshotWriter = snapshots && new SnapshotWriter(view, snapshots);
  const keyDestroyer = new KeyDestroyer(view, keyring, logger);
  const live = new LiveView({
    view,
    eventStore,
    clock,
    catchUpWithinMs: visibleWithinMs,
    onEffect: (effect) => {
      appender.noteEffect(effect);
      keyDestroyer.noteEffect(effect);
      snapshotWriter?.noteEvent();
    },
  });
  const appender = new Appender(live, eventStore, visibleWithinMs, logger);
  if (telemetry.logger !== undefined) logStatus(live.status$, logger);
  await live.start();
  snapshotWriter?.start();
  void keyDestroyer.sweep();
  const secrets = new Secrets(eventStore, namespace, keyring);
  const handling = { live, eventStore, appender, secrets, keyDestroyer, authorize, clock, visibleWithinMs };
  const handler =
    options.telemetry === undefined
      ? new CommandHandler(handling)
      : new ObservedCommandHandler(handling, new CommandObserver(telemetry, logger, namespace, catalog));
  const reveals = new SecretReveals({ live, eventStore, secrets, authorize, clock });
  const stopObserving = telemetry.meter === undefined ? undefined : observeView(telemetry.meter, live);
  const close = async (): Promise<void> => {
    stopObserving?.();
    await live.close();
    await keyDestroyer.close();
    await snapshotWriter?.close();
    try {
      await eventStore.close();
    } finally {
      try {
        await keyring?.close();
      } finally {
        await snapshots?.close();
      }
    }
  };
  const history = new History(live, eventStore, snapshots);
  const upkeep = new Upkeep(live, eventStore, keyDestroyer, snapshotWriter);
  const parts = { catalog, live, handler, authorize, reveals, history, upkeep, visibleWithinMs, close };
  const settings: IntegrationSettings = new OpenSettings(parts);
  return settings as IntegrationSettings<C>;
};
