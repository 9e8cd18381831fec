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
import { isConstraintError, isInputOutputError, toStoreError } from './map-error.ts';
import { inTransaction } from './transaction.ts';
import { whenFree } from './when-free.ts';
import { LogWriter } from './log-writer.ts';
import type { WrittenEvent } from './newest-events.ts';

/** Most appends of one transaction, and about the most text: they bound how long one holds up the process, and others the lock. */
const mostAppends = 1_000;
const mostText = 4 * 1024 * 1024;

/** An append that waits for its transaction. */
interface PendingAppend {
  readonly streamName: string;
  readonly events: readonly EncodedEvent[];
  readonly expectedRevision: AppendOptions['expectedRevision'];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (reason: unknown) => void;
}

export interface GroupCommitOptions {
  readonly database: DatabaseSync;
  readonly file: string;
  readonly busyTimeoutMs: number;
  /** Called after each commit, before its appends resolve, with what it wrote and the position of the first. */
  readonly committed: (first: number, written: readonly WrittenEvent[]) => void;
}

/** What became of an append: known before its group is committed, told after. */
type Outcome = ReturnType<LogWriter['append']> | 'aborted';

/**
 * Writes appends in the order they come, all that were asked for in one turn of the event loop in one transaction with one
 * fsync. Each succeeds or is refused by itself and sees what those before it wrote; only when the transaction fails do all
 * of them fail, and nothing of any was written.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #busyTimeoutMs: number;
  readonly #committed: GroupCommitOptions['committed'];
  readonly #writer: LogWriter;
  #queue: PendingAppend[] = [];
  #running: Promise<void> | undefined;

  constructor({ database, file, busyTimeoutMs, committed }: GroupCommitOptions) {
    this.#database = database;
    this.#file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#committed = committed;
    this.#writer = new LogWriter(database);
  }

  /** Resolves once the events are durable. */
  append(
    streamName: string,
    events: readonly EncodedEvent[],
    { expectedRevision, signal }: AppendOptions,
  ): Promise<AppendResult> {
    const { promise, resolve, reject } = Promise.withResolvers<AppendResult>();
    this.#queue.push({ streamName, events, expectedRevision, signal, resolve, reject });
    this.#running ??= this.#run();
    return promise;
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
      const outcomes = await whenFree(() => this.#write(group), this.#busyTimeoutMs, whileLocked);
      this.#committed(this.#writer.first, this.#writer.takeWritten());
      for (let index = 0; index < group.length; index += 1) answer(group[index]!, outcomes[index]!);
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

  /** Where a stream that was taken for new is not, all is written again with a look at each. */
  #write(group: readonly PendingAppend[]): readonly Outcome[] {
    try {
      return this.#writeOnce(group, false);
    } catch (error) {
      if (!isConstraintError(error)) throw error;
      return this.#writeOnce(group, true);
    }
  }

  #writeOnce(group: readonly PendingAppend[], looksFirst: boolean): readonly Outcome[] {
    const write = (): readonly Outcome[] => {
      if (this.#writer.begin(looksFirst) === 'newer') {
        throw new StoreNewer(`The store "${this.#file}" was changed by a newer release.`);
      }
      const outcomes = group.map(({ streamName, events, expectedRevision, signal }) =>
        signal?.aborted === true ? 'aborted' : this.#writer.append(streamName, events, expectedRevision),
      );
      this.#writer.flush();
      return outcomes;
    };
    return inTransaction(this.#database, write, () => this.#commitTransaction());
  }

  #commitTransaction(): void {
    try {
      this.#database.exec('COMMIT');
    } catch (error) {
      throw isInputOutputError(error) ? new CommitFailed('The commit failed.', { cause: error }) : error;
    }
  }
}

const answer = ({ streamName, expectedRevision, signal, resolve, reject }: PendingAppend, outcome: Outcome): void => {
  if (outcome === 'aborted') reject(signal?.reason);
  else if ('result' in outcome) resolve(outcome.result);
  else reject(new ExpectedRevisionConflict(streamName, expectedRevision, outcome.actual));
};

/** Rejects those that need not wait any longer. They stay where they are, and are left out when it comes to writing. */
const letAbortedGo = (appends: readonly PendingAppend[]): void => {
  for (const { signal, reject } of appends) if (signal?.aborted === true) reject(signal.reason);
};

/** A commit of which nobody can say whether it reached the disk. */
class CommitFailed extends Error {}
