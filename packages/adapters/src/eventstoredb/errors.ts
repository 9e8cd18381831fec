import { IntegrationSettingsError, StoreCorrupted, StoreUnavailable } from '@integration-settings/domain';
import { reasonOf } from './failure.ts';

/** An append is larger than the server takes. Nothing was written. */
export class AppendTooLarge extends IntegrationSettingsError {
  readonly code = 'APPEND_TOO_LARGE' as const;
  readonly streamName: string;
  /** In bytes, as the server counts: data, metadata and two for each UTF-16 unit of the type. */
  readonly size: number;
  constructor(streamName: string, size: number, limit: number | undefined, options?: ErrorOptions) {
    const most = limit === undefined ? 'more than the server takes' : `at most ${limit} are allowed`;
    super(`The append to "${streamName}" has ${size} bytes, ${most}.`, options);
    this.streamName = streamName;
    this.size = size;
  }
}

export const accessDenied = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable('EventStoreDB refused access: no user, or a wrong name or password, or no right to this.', {
    cause,
  });

export const unavailable = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable(`EventStoreDB is not available: ${reasonOf(cause)}`, { cause });

export const refused = (streamName: string, cause: unknown): StoreUnavailable =>
  new StoreUnavailable(`EventStoreDB refused the append to "${streamName}": ${reasonOf(cause)}`, { cause });

/** A stream of ours was deleted behind our back, which the library never does itself. */
export const deleted = (streamName: string, cause?: unknown): StoreCorrupted =>
  new StoreCorrupted(`The stream "${streamName}" was deleted.`, { cause });
