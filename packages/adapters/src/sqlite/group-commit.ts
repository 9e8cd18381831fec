import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import {
  AppendOutcomeUnknown,
  ExpectedRevisionConflict,
  StoreNewer,
  type AppendOptions,
  type AppendResult,
} from '@integration-settings/domain';
import type { EncodedEvent } from '../event-store/encoded-event.ts';
import { isInputOutputError, toStoreError } from './map-error.ts';
import { inTransaction } from './transaction.ts';
import { whenFree } from './when-free.ts';
import { LogWriter } from './log-writer.ts';

/** Most appends of one transaction, and about the most text: they bound how long one holds up the process, and others the lock. */
const mostAppends = 1_000;
const mostText = 4 * 1024 * 1024;

/** An append that waits for its transaction. */
interface PendingAppend extends AppendOptions {
  readonly streamName: string;
  readonly events: readonly EncodedEvent[];
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** Tells an append what became of it: known before its group is committed, told after. */
type Answer = () => void;

/**
 * Writes appends in the order they come, all that were asked for in one turn of the event loop in one transaction with one
 * fsync. Each succeeds or is refused by itself and sees what those before it wrote; only when the transaction fails do all
 * of them fail, and nothing of any was written.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #busyTimeoutMs: number;
  readonly #committed: () => void;
  readonly #writer: LogWriter;
  #queue: PendingAppend[] = [];
  #running: Promise<void> | undefined;

  /** @param committed - called after each commit, before its appends resolve */
  constructor(database: DatabaseSync, file: string, busyTimeoutMs: number, committed: () => void) {
    this.#database = database;
    this.#file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#committed = committed;
    this.#writer = new LogWriter(database);
  }

  /** Resolves once the events are durable. */
  append(streamName: string, events: readonly EncodedEvent[], options: AppendOptions): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...options, streamName, events, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when all that was asked for is settled. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await turn(); // so that all who append in this turn are there
      await this.#commit(this.#takeGroup());
    }
    this.#running = undefined;
  }

  #takeGroup(): readonly PendingAppend[] {
    let count = 0;
    let text = 0;
    for (const { events } of this.#queue) {
      if (count === mostAppends || text >= mostText) break;
      count += 1;
      for (const event of events) text += event.data.length + event.metadata.length;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(group: readonly PendingAppend[]): Promise<void> {
    try {
      const whileLocked = (): void => [group, this.#queue].forEach(letAbortedGo);
      const answers = await whenFree(() => this.#write(group), this.#busyTimeoutMs, whileLocked);
      this.#committed();
      for (const answer of answers) answer();
    } catch (error) {
      for (const { streamName, reject } of group) {
        reject(
          error instanceof CommitFailed
            ? new AppendOutcomeUnknown(streamName, 'the commit failed.', { cause: error.cause })
            : toStoreError(error, this.#file),
        );
      }
    }
  }

  #write(group: readonly PendingAppend[]): readonly Answer[] {
    const write = (): readonly Answer[] => {
      if (this.#writer.begin() === 'newer') {
        throw new StoreNewer(`The store "${this.#file}" was changed by a newer release.`);
      }
      return group.map((append) => this.#append(append));
    };
    return inTransaction(this.#database, write, () => this.#commitTransaction());
  }

  #append({ streamName, events, expectedRevision, signal, resolve, reject }: PendingAppend): Answer {
    if (signal?.aborted) return () => reject(signal.reason);
    const outcome = this.#writer.append(streamName, events, expectedRevision);
    if ('result' in outcome) return () => resolve(outcome.result);
    return () => reject(new ExpectedRevisionConflict(streamName, expectedRevision, outcome.actual));
  }

  #commitTransaction(): void {
    try {
      this.#database.exec('COMMIT');
    } catch (error) {
      throw isInputOutputError(error) ? new CommitFailed('The commit failed.', { cause: error }) : error;
    }
  }
}

/** Rejects those that need not wait any longer. They stay where they are, and are left out when it comes to writing. */
const letAbortedGo = (appends: readonly PendingAppend[]): void => {
  for (const { signal, reject } of appends) if (signal?.aborted === true) reject(signal.reason);
};

/** A commit of which nobody can say whether it reached the disk. */
class CommitFailed extends Error {}
