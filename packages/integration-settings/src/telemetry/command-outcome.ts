import {
  type CommandReceipt,
  isCommandRejected,
  isExpectedRevisionConflict,
  isIntegrationSettingsError,
  isNotAuthorized,
  isPreviewOutdated,
  isSuperseded,
} from '@integration-settings/domain';
import { other } from './describe-command.ts';

/** What became of a command, in words of which there are few. */
export interface CommandOutcome {
  /**
   * `rejected`: the answer is no, and it is the command's or its sender's affair. `superseded`: stored, but it met another state.
   * `failed`: it is the operator's affair, such as a store that does not answer.
   */
  readonly outcome: 'appended' | 'repeated' | 'unchanged' | 'rejected' | 'superseded' | 'aborted' | 'failed';
  /** The reason of a rejection, the code of another error of ours, the name of any other; `undefined` where there is none. */
  readonly errorType: string | undefined;
  /** Of a receipt. */
  readonly position: bigint | undefined;
}

export const outcomeOf = ({ duplicate, events, position }: CommandReceipt): CommandOutcome => {
  const outcome = duplicate ? 'repeated' : events.length === 0 ? 'unchanged' : 'appended';
  return { outcome, errorType: undefined, position };
};

/** @param signal - of the command: what it was aborted with is not the command's failure */
export const outcomeOfError = (error: unknown, signal: AbortSignal | undefined): CommandOutcome => ({
  outcome: isSuperseded(error)
    ? 'superseded'
    : isAnswer(error)
      ? 'rejected'
      : signal?.aborted === true && signal.reason === error
        ? 'aborted'
        : 'failed',
  errorType: errorTypeOf(error),
  position: isSuperseded(error) ? error.receipt.position : undefined,
});

const isAnswer = (error: unknown): boolean =>
  isCommandRejected(error) || isNotAuthorized(error) || isExpectedRevisionConflict(error) || isPreviewOutdated(error);

const errorTypeOf = (error: unknown): string => {
  if (isCommandRejected(error)) return error.reason;
  if (isIntegrationSettingsError(error)) return error.code;
  return error instanceof Error ? error.name : other;
};
