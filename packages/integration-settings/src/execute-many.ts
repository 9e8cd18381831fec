import {
  type Command,
  type CommandReceipt,
  CommandRejected,
  isIntegrationSettingsError,
} from '@integration-settings/domain';
import type { ExecuteTogether } from './gathering.ts';
import type { CommandOptions, ExecuteManyOptions, Outcome } from './integration-settings.ts';
import { type Lane, Lanes } from './lanes.ts';
import { nameUuid } from './name-uuid.ts';

/** As many as the SQLite store commits together. */
const defaultConcurrency = 1000;
/** So many times as many may have left the input and not the output: those that wait for others, or have ended behind one that has not. */
const mostBegun = 4;

/**
 * Executes commands side by side, with outcomes in the order of the input. A command waits for the earlier ones of each scope
 * that it names, so that what creates or moves a scope comes before what needs it there; one that moves or removes a group, for
 * all earlier ones, and all later ones for it. Whoever takes no more outcomes lets nothing more begin.
 *
 * @param ready - called before the first command
 */
export async function* executeMany(
  { ready, execute }: { readonly ready: () => Promise<void>; readonly execute: ExecuteTogether },
  commands: Iterable<Command> | AsyncIterable<Command>,
  options: ExecuteManyOptions,
): AsyncGenerator<Outcome> {
  const { batchId, concurrency = defaultConcurrency, signal } = options;
  await ready();
  requireBatch(batchId, concurrency);
  const lanes = new Lanes(execute, concurrency);
  const begun: Lane[] = [];
  let taken = 0;
  const take = (): Outcome => {
    taken += 1;
    return outcomeOf(taken - 1, lanes.leave(begun.shift()!));
  };
  const input = Symbol.asyncIterator in commands ? commands[Symbol.asyncIterator]() : commands[Symbol.iterator]();
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  try {
    try {
      while (!isOver) {
        isOver = true; // also where it throws
        const next = input.next();
        const { done, value: command } = 'then' in next ? await next : next; // each wait would cost as much as a decision
        if (done === true) break;
        isOver = false;
        signal?.throwIfAborted();
        const commandId = nameUuid(`${batchId}/${taken + begun.length}`);
        begun.push(lanes.enter({ command, options: optionsOf(options, commandId) }));
        if (begun[0]!.hasEnded) yield take();
        while (lanes.isFull || begun.length >= mostBegun * concurrency) {
          while (!begun[0]!.hasEnded) await lanes.someEnded;
          yield take();
        }
      }
    } catch (error) {
      failure = { error }; // of the input; what has begun has an outcome all the same
    }
    while (begun.length > 0) {
      while (!begun[0]!.hasEnded) await lanes.someEnded;
      yield take();
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    lanes.stop(); // where nobody wants more outcomes, or one was no error of ours
    while (lanes.underWay > 0) await lanes.someEnded;
    if (!isOver) await input.return?.();
  }
}

/** @throws what is not an error of ours: it ends the batch */
const outcomeOf = (index: number, settled: PromiseSettledResult<CommandReceipt>): Outcome => {
  if (settled.status === 'fulfilled') return { index, receipt: settled.value };
  const { reason } = settled as { readonly reason: unknown };
  if (!isIntegrationSettingsError(reason)) throw reason;
  return { index, error: reason };
};

const optionsOf = ({ actor, reason, signal }: ExecuteManyOptions, commandId: string): CommandOptions =>
  reason === undefined && signal === undefined
    ? { actor, commandId }
    : {
        actor,
        commandId,
        ...(reason === undefined ? undefined : { reason }),
        ...(signal === undefined ? undefined : { signal }),
      };

const requireBatch = (batchId: unknown, concurrency: unknown): void => {
  const issues = [];
  if (typeof batchId !== 'string' || batchId === '')
    issues.push({ field: 'batchId', message: 'is not a non-empty string' });
  if (!Number.isInteger(concurrency) || (concurrency as number) < 1)
    issues.push({ field: 'concurrency', message: 'is not a positive integer' });
  if (issues.length > 0) throw new CommandRejected('InvalidCommand', 'The batch is malformed.', issues);
};
