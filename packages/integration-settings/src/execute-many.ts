import {
  type Command,
  type CommandReceipt,
  CommandRejected,
  isIntegrationSettingsError,
  scopeKey,
} from '@integration-settings/domain';
import { idNamespace } from '@integration-settings/projections';
import { v5 as uuidV5 } from 'uuid';
import type { CommandOptions, ExecuteManyOptions, Outcome } from './integration-settings.ts';

type Execute = (command: Command, options: CommandOptions) => Promise<CommandReceipt>;

const defaultConcurrency = 256;

/**
 * Executes commands side by side, with outcomes in the order of the input. A command waits for the earlier ones of each scope
 * that it names, so that what creates or moves a scope comes before what needs it there.
 */
export async function* executeMany(
  execute: Execute,
  commands: Iterable<Command> | AsyncIterable<Command>,
  options: ExecuteManyOptions,
): AsyncGenerator<Outcome> {
  const { batchId, concurrency = defaultConcurrency, actor, reason, signal } = options;
  requireBatch(batchId, concurrency);
  const lanes = new Lanes();
  const underWay: Promise<Outcome>[] = [];
  let index = 0;
  for await (const command of commands) {
    signal?.throwIfAborted();
    const commandId = uuidV5(`${batchId}/${index}`, idNamespace);
    const commandOptions = {
      actor,
      commandId,
      ...(reason === undefined ? {} : { reason }),
      ...(signal === undefined ? {} : { signal }),
    };
    const running = outcomeOf(
      index,
      lanes.after(command, () => execute(command, commandOptions)),
    );
    running.catch(() => undefined); // awaited in its turn
    underWay.push(running);
    index += 1;
    if (underWay.length >= concurrency) yield await underWay.shift()!;
  }
  for (const running of underWay) yield await running;
}

const requireBatch = (batchId: unknown, concurrency: unknown): void => {
  const issues = [];
  if (typeof batchId !== 'string' || batchId === '')
    issues.push({ field: 'batchId', message: 'is not a non-empty string' });
  if (!Number.isInteger(concurrency) || (concurrency as number) < 1)
    issues.push({ field: 'concurrency', message: 'is not a positive integer' });
  if (issues.length > 0) throw new CommandRejected('InvalidCommand', 'The batch is malformed.', issues);
};

/** What we refuse is an outcome; anything else ends the batch. */
const outcomeOf = async (index: number, running: Promise<CommandReceipt>): Promise<Outcome> => {
  try {
    return { index, receipt: await running };
  } catch (error) {
    if (isIntegrationSettingsError(error)) return { index, error };
    throw error;
  }
};

/** The last command under way for each scope. */
class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs a command once the earlier ones of the scopes it names have settled. */
  after<T>(command: Command, run: () => Promise<T>): Promise<T> {
    const [subject, ...others] = scopesNamed(command);
    const earlier = [subject, ...others].flatMap((key) => (key === undefined ? [] : (this.#last.get(key) ?? [])));
    const running = earlier.length === 0 ? run() : Promise.allSettled(earlier).then(run);
    if (subject !== undefined) this.#hold(subject, running);
    return running;
  }

  #hold(subject: string, running: Promise<unknown>): void {
    this.#last.set(subject, running);
    const forget = (): void => {
      if (this.#last.get(subject) === running) this.#last.delete(subject);
    };
    running.then(forget, forget);
  }
}

/** The scope a command is for, then the other ones that it names. Malformed commands name none; they are refused when executed. */
const scopesNamed = (command: Command): readonly string[] => {
  const data = (command as { readonly data?: unknown } | null)?.data;
  if (typeof data !== 'object' || data === null) return [];
  const { project, group, parent } = data as Readonly<Record<string, unknown>>;
  const keys: string[] = [];
  if (typeof project === 'string') keys.push(scopeKey({ project }));
  if (typeof group === 'string') keys.push(scopeKey({ group }));
  if (typeof parent === 'string') keys.push(scopeKey({ group: parent }));
  return keys.length === 0 ? ['instance'] : keys;
};
