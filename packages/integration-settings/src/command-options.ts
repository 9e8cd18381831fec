import {
  type Command,
  CommandRejected,
  describeBadName,
  isScopeRef,
  isUuid,
  type Issue,
  parseCommand,
} from '@integration-settings/domain';
import type { Actor } from './authorization.ts';
import type { CommandOptions } from './integration-settings.ts';
import { newCommandId } from './new-command-id.ts';

/** Options of a command, checked and completed. */
export interface ParsedOptions {
  readonly actor: Actor;
  readonly commandId: string;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly reason: string | undefined;
  readonly expectedRevision: bigint | 'no_stream' | undefined;
  readonly ifImpactAt: bigint | undefined;
  readonly signal: AbortSignal | undefined;
}

const maxReason = 1000;

/**
 * Checks a command and its options together, every fault at once.
 *
 * @throws CommandRejected `InvalidCommand`
 */
export const parseRequest = (
  command: unknown,
  options: CommandOptions,
): { command: Command; options: ParsedOptions } => {
  const issues: Issue[] = [];
  let parsed: Command | undefined;
  try {
    parsed = parseCommand(command);
  } catch (error) {
    if (!(error instanceof CommandRejected)) throw error;
    issues.push(...error.issues);
  }
  const checked = parseOptions(options, issues);
  if (parsed === undefined || checked === undefined || issues.length > 0) {
    throw new CommandRejected('InvalidCommand', 'The command is malformed.', issues);
  }
  return { command: parsed, options: checked };
};

/** Checks who does something. @throws CommandRejected `InvalidCommand` */
export const requireActor = (actor: unknown): Actor => {
  const issues: Issue[] = [];
  checkActor(actor, issues);
  if (issues.length > 0) throw new CommandRejected('InvalidCommand', 'The actor is malformed.', issues);
  return actor as Actor;
};

const parseOptions = (options: CommandOptions, issues: Issue[]): ParsedOptions | undefined => {
  if (typeof options !== 'object' || options === null) {
    issues.push({ field: 'actor', message: 'is missing' });
    return undefined;
  }
  checkActor(options.actor, issues);
  checkText('correlationId', options.correlationId, 255, issues);
  checkText('causationId', options.causationId, 255, issues);
  checkText('reason', options.reason, maxReason, issues);
  const commandId = isUuid(options.commandId) ? options.commandId.toLowerCase() : undefined;
  if (options.commandId !== undefined && commandId === undefined)
    issues.push({ field: 'commandId', message: 'is not a UUID' });
  return {
    actor: options.actor,
    commandId: commandId ?? newCommandId(),
    correlationId: options.correlationId,
    causationId: options.causationId,
    reason: options.reason,
    expectedRevision:
      options.expectedRevision === 'no_stream'
        ? 'no_stream'
        : parseInteger('expectedRevision', options.expectedRevision, 0n, issues),
    ifImpactAt: parseInteger('ifImpactAt', options.ifImpactAt, -1n, issues),
    signal: options.signal,
  };
};

const checkActor = (actor: unknown, issues: Issue[]): void => {
  const { id, administers } = (actor ?? {}) as Partial<Actor>;
  const fault = typeof id === 'string' ? describeBadName(id) : 'is missing; expected the id of who commands';
  if (fault !== undefined) issues.push({ field: 'actor.id', message: fault });
  if (!Array.isArray(administers) || !administers.every(isScopeRef)) {
    issues.push({ field: 'actor.administers', message: 'is not a list of scopes' });
  }
};

const checkText = (field: string, value: unknown, atMost: number, issues: Issue[]): void => {
  if (value === undefined) return;
  if (typeof value !== 'string' || !value.isWellFormed()) issues.push({ field, message: 'is not well-formed text' });
  else if (value.length > atMost && [...value].length > atMost)
    issues.push({ field, message: `has more than ${atMost} characters` });
};

const parseInteger = (field: string, value: unknown, atLeast: bigint, issues: Issue[]): bigint | undefined => {
  if (value === undefined) return undefined;
  const parsed =
    typeof value === 'bigint'
      ? value
      : typeof value === 'string' && /^-?\d{1,19}$/.test(value)
        ? BigInt(value)
        : undefined;
  if (parsed !== undefined && parsed >= atLeast) return parsed;
  issues.push({
    field,
    message: `is not a ${atLeast < 0n ? 'position' : 'revision'}: expected a bigint or a decimal string`,
  });
  return undefined;
};
