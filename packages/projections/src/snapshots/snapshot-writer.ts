import type { EffectiveSettingsView } from '../effective-settings/view.ts';
import { closeWithin, type Snapshots } from './snapshots.ts';

/** After so many events a snapshot is written: they are folded in well under a tenth of a second. */
const fewest = 10_000;
/** And after one for so many scopes, so that writing a large tree costs each event no more than a few of its scopes. */
const scopesAnEvent = 8;

/**
 * Writes snapshots of a view that follows the log: in the background whenever enough events have come since the last one, and when
 * it is closed. One at a time; whatever fails is warned of, and tried again with the next one.
 */
export class SnapshotWriter {
  readonly #view: EffectiveSettingsView;
  readonly #snapshots: Snapshots;
  readonly #stop = new AbortController();
  /** How many events were in the view when the last one was begun. */
  #written: number;
  #writing: Promise<void> | undefined;
  #hasStarted = false;

  /** @param view - as it was restored, or empty */
  constructor(view: EffectiveSettingsView, snapshots: Snapshots) {
    this.#view = view;
    this.#snapshots = snapshots;
    this.#written = view.events;
  }

  /** Begins: not before the log was read, so that opening is not held up. */
  start(): void {
    this.#hasStarted = true;
    this.noteEvent();
  }

  /** Looks whether it is time for another one: to be told of each event. */
  noteEvent(): void {
    const since = this.#view.events - this.#written;
    if (since < fewest || since * scopesAnEvent < this.#view.tree.size) return;
    if (this.#hasStarted && this.#writing === undefined) void this.#write();
  }

  /**
   * Writes one at once, after the view was folded anew.
   *
   * @param wasWrong - whether it had been wrong before: nobody knows since when, so all others are deleted
   */
  async renew(wasWrong: boolean): Promise<void> {
    await this.#writing;
    await this.#write(wasWrong);
  }

  /** Waits for the one that is being written, and writes the last where events have come since, if that does not take too long. Never rejects. */
  async close(): Promise<void> {
    const late = setTimeout(() => this.#stop.abort(new Error(`It took longer than ${closeWithin} ms.`)), closeWithin);
    await this.#writing;
    if (this.#view.events > this.#written) await this.#write();
    clearTimeout(late);
  }

  async #write(renew = false): Promise<void> {
    this.#written = this.#view.events;
    this.#writing = this.#snapshots.write(this.#view, this.#stop.signal, renew);
    await this.#writing;
    this.#writing = undefined;
  }
}
