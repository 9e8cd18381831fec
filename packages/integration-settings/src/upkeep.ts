import type { EventStore } from '@integration-settings/domain';
import {
  type FoldOptions,
  type LiveView,
  rebuild,
  type RebuildReport,
  type SnapshotWriter,
  verify,
  type VerifyReport,
} from '@integration-settings/projections';
import type { KeyDestroyer } from './key-destroyer.ts';
import { keyOf, SerialQueue } from './serial-queue.ts';

/** Folds the log once more, to see whether the view is right or to replace it. One at a time: each holds a second view. */
export class Upkeep {
  readonly #live: LiveView;
  readonly #eventStore: EventStore;
  readonly #keyDestroyer: KeyDestroyer;
  readonly #snapshotWriter: SnapshotWriter | undefined;
  readonly #queue = new SerialQueue();

  constructor(live: LiveView, eventStore: EventStore, keyDestroyer: KeyDestroyer, snapshotWriter?: SnapshotWriter) {
    this.#live = live;
    this.#eventStore = eventStore;
    this.#keyDestroyer = keyDestroyer;
    this.#snapshotWriter = snapshotWriter;
  }

  verify(options: FoldOptions): Promise<VerifyReport> {
    return this.#alone(() =>
      verify(this.#live, this.#eventStore, (view) => this.#keyDestroyer.countLeft(view), options),
    );
  }

  rebuild(options: FoldOptions): Promise<RebuildReport> {
    return this.#alone(async () => {
      const report = await rebuild(this.#live, this.#eventStore, options);
      await this.#snapshotWriter?.renew(report.differences.length > 0);
      return report;
    });
  }

  /** @throws what stopped the view: a log that cannot be read on cannot be compared */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run([keyOf('fold')], async () => {
      if (this.#live.stopped !== undefined) throw this.#live.stopped;
      return work();
    });
  }
}
