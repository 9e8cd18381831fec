/** An event before it is stored. `id` is a UUID; `data` and `metadata` are plain JSON values. */
export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** An event as a store gives it back. Revisions count from `0n` in the stream; positions grow over the whole log and may have gaps. */
export interface RecordedEvent extends EventToAppend {
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
}

/** What every event of ours carries beside its body. STORED FORMAT: these names are on disk. */
export interface EventMetadata {
  readonly commandId: string;
  /** SHA-256, first 128 bits, base64url, of the canonical JSON of the command with secrets masked. */
  readonly commandHash: string;
  /** `keyId.mac` of the secrets that were entered, where there were any. */
  readonly secretsMac?: string;
  /** Absent where it is the command's id. */
  readonly correlationId?: string;
  readonly causationId?: string;
  /** A pseudonymous id. */
  readonly actor: string;
  /** The host's clock, `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
  readonly at: string;
  readonly reason?: string;
  /** Of the event's type, from 1. */
  readonly schemaVersion: number;
  /** Which of the command's events this is, where it has several: `[index, count]`, from 0. They take effect together. */
  readonly part?: readonly [index: number, count: number];
  /** Versions that do not know the type pass over it. */
  readonly optional?: true;
}
