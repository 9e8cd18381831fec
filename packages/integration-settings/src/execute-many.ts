import {
  type Command,
  CommandRejected,
  type IntegrationSettingsError,
  isIntegrationSettingsError,
} from '@integration-settings/domain';
import type { ExecuteTogether, Settled } from './gathering.ts';
import type { CommandOptions, ExecuteManyOptions, Outcome } from './integration-settings.ts';
import { type Lane, Lanes } from './lanes.ts';
import { nameUuid } from './name-uuid.ts';
import { OneByOne } from './one-by-one.ts';

/** As many as the SQLite store commits together. */
const defaultConcurrency = 1000;
/** So many times as many may have left the input and not the output: those that wait for others, or have ended behind one that has not. */
const mostBegun = 4;

/**
 * Executes commands side by side, with outcomes in the order of the input. A command waits for the earlier ones of each scope
 * that it names, so that what creates or moves a scope comes before what needs it there; one that moves or removes a group, for
 * all earlier ones, and all later ones for it. Whoever takes no more outcomes lets nothing more begin.
 */
export const executeMany = (
  handler: Handler,
  commands: Iterable<Command> | AsyncIterable<Command>,
  options: ExecuteManyOptions,
): AsyncIterable<Outcome> => new OneByOne(outcomesOf(handler, commands, options));

interface Handler {
  /** Called before the first command. */
  readonly ready: () => Promise<void>;
  readonly execute: ExecuteTogether;
}

async function* outcomesOf(
  { ready, execute }: Handler,
  commands: Iterable<Command> | AsyncIterable<Command>,
  options: ExecuteManyOptions,
): AsyncGenerator<readonly Outcome[], void, undefined> {
  const { batchId, concurrency = defaultConcurrency, signal } = options;
  await ready();
  requireBatch(batchId, concurrency);
  const lanes = new Lanes(execute, concurrency);
  const begun: Lane[] = [];
  let taken = 0;
  /** The outcomes of all that have ended, up to one that ends the batch, which is thrown when it is the first. */
  const take = (): readonly Outcome[] => {
    const outcomes: Outcome[] = [];
    while (begun[0]?.hasEnded === true && (outcomes.length === 0 || !endsBatch(begun[0].settled!))) {
      outcomes.push(outcomeOf(taken, lanes.leave(begun.shift()!)));
      taken += 1;
    }
    return outcomes;
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
        while (begun[0]?.hasEnded === true || lanes.isFull || begun.length >= mostBegun * concurrency) {
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

/** Whether a command ended with what is not an error of ours. */
const endsBatch = (settled: Settled): boolean =>
  settled.status === 'rejected' && !isIntegrationSettingsError(settled.reason);

/** @throws what ends the batch */
const outcomeOf = (index: number, settled: Settled): Outcome => {
  if (settled.status === 'fulfilled') return { index, receipt: settled.value };
  if (endsBatch(settled)) throw settled.reason;
  return { index, error: settled.reason as IntegrationSettingsError };
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
