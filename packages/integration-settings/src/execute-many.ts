import {
  type Command,
  type CommandReceipt,
  CommandRejected,
  isIntegrationSettingsError,
  scopeKey,
} from '@integration-settings/domain';
import type { CommandOptions, ExecuteManyOptions, Outcome } from './integration-settings.ts';
import { nameUuid } from './name-uuid.ts';

type Execute = (command: Command, options: CommandOptions) => Promise<CommandReceipt>;

/** As many as the SQLite store commits together. */
const defaultConcurrency = 1000;

/** A command under way, what it is for, and how it ends; an error that is not one of ours ends the batch. */
interface Running {
  readonly subject: string;
  readonly ended: Promise<Outcome | { readonly thrown: unknown }>;
}

/**
 * Executes commands side by side, with outcomes in the order of the input. A command waits for the earlier ones of each scope
 * that it names, so that what creates or moves a scope comes before what needs it there.
 */
export async function* executeMany(
  execute: Execute,
  commands: Iterable<Command> | AsyncIterable<Command>,
  options: ExecuteManyOptions,
): AsyncGenerator<Outcome> {
  const { batchId, concurrency = defaultConcurrency, signal } = options;
  requireBatch(batchId, concurrency);
  const lanes = new Map<string, Running>();
  const underWay: Running[] = [];
  let index = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const command of commands) {
      signal?.throwIfAborted();
      underWay.push(begin(execute, command, index, options, lanes));
      index += 1;
      if (underWay.length >= concurrency) yield await ended(underWay.shift()!, lanes);
    }
  } catch (error) {
    failure = { error }; // of the input; what has begun has an outcome all the same
  }
  for (const running of underWay) yield await ended(running, lanes);
  if (failure !== undefined) throw failure.error;
}

const begin = (
  execute: Execute,
  command: Command,
  index: number,
  { batchId, actor, reason, signal }: ExecuteManyOptions,
  lanes: Map<string, Running>,
): Running => {
  const given = { actor, commandId: nameUuid(`${batchId}/${index}`) };
  const commandOptions =
    reason === undefined && signal === undefined
      ? given
      : { ...given, ...(reason === undefined ? {} : { reason }), ...(signal === undefined ? {} : { signal }) };
  const [subject, ...others] = scopesNamed(command);
  const earlier: Promise<unknown>[] = [];
  for (const scope of [subject, ...others]) {
    const before = lanes.get(scope);
    if (before !== undefined) earlier.push(before.ended);
  }
  const start = (): Promise<CommandReceipt> => execute(command, commandOptions);
  const ended = (earlier.length === 0 ? start() : Promise.all(earlier).then(start)).then(
    (receipt): Outcome => ({ index, receipt }),
    (error: unknown) => (isIntegrationSettingsError(error) ? { index, error } : { thrown: error }),
  );
  const running = { subject, ended };
  lanes.set(subject, running);
  return running;
};

const ended = async (running: Running, lanes: Map<string, Running>): Promise<Outcome> => {
  const outcome = await running.ended;
  if (lanes.get(running.subject) === running) lanes.delete(running.subject);
  if ('thrown' in outcome) throw outcome.thrown;
  return outcome;
};

const requireBatch = (batchId: unknown, concurrency: unknown): void => {
  const issues = [];
  if (typeof batchId !== 'string' || batchId === '')
    issues.push({ field: 'batchId', message: 'is not a non-empty string' });
  if (!Number.isInteger(concurrency) || (concurrency as number) < 1)
    issues.push({ field: 'concurrency', message: 'is not a positive integer' });
  if (issues.length > 0) throw new CommandRejected('InvalidCommand', 'The batch is malformed.', issues);
};

/** The scope a command is for, then the other ones that it names. Malformed commands name none; they are refused when executed. */
const scopesNamed = (command: Command): readonly [string, ...string[]] => {
  const data = (command as { readonly data?: unknown } | null)?.data;
  const { project, group, parent } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const groupKey = typeof group === 'string' ? scopeKey({ group }) : 'instance';
  if (typeof project === 'string') return [scopeKey({ project }), groupKey];
  return typeof parent === 'string' ? [groupKey, scopeKey({ group: parent })] : [groupKey];
};
