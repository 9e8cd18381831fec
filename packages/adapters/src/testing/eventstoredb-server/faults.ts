/**
 * What the double does wrong, on request. A count is used up by one append at a time, whichever client sends it; what
 * is left out is as it was.
 */
export interface Faults {
  /** Appends that are written and never answered: the lost acknowledgement. */
  readonly loseAcknowledgements?: number;
  /** Appends that are neither written nor answered. */
  readonly ignoreAppends?: number;
  /** Appends that are written and answered with a time-out. */
  readonly timeOutAppends?: number;
  /** Good appends that are refused as a bad request, and answered once more two seconds later. */
  readonly refuseAppends?: number;
  /** Appends that are written, and whose batch call then ends without an error and without an answer. */
  readonly endBatchStreams?: number;
  /** Appends that are written, and whose batch call then breaks with UNAVAILABLE. */
  readonly breakBatchStreams?: number;
  /** Appends that are answered "Server Is Not Ready" and not written. */
  readonly notReady?: number;
  /** Reads and subscriptions that are refused because the server is not ready. */
  readonly notReadyReads?: number;
  /** Appends that are answered "Server Is Busy" and not written. */
  readonly busy?: number;
  /** Appends that are refused for lack of access. */
  readonly denyAppends?: number;
  /** Successful appends whose answer leaves the position out. */
  readonly hidePositions?: number;
  /** Calls that ask for the leader and are told that it is elsewhere: at this very node. */
  readonly denyLeadership?: number;
  /** How long each append waits before it is written. A repeat meanwhile is held and answered with a time-out. */
  readonly delayAppendsMs?: number;
  /** Reads and subscriptions say nothing more, while true. */
  readonly stallReads?: boolean;
  /** As servers before 23.10: no word when a subscription is live. */
  readonly withoutCaughtUp?: boolean;
  /** As servers before 21.10: no batch append. */
  readonly withoutBatchAppend?: boolean;
}

type Counted = { [K in keyof Faults]-?: NonNullable<Faults[K]> extends number ? K : never }[keyof Faults];

/** The faults in force. */
export class FaultInjector {
  #faults: Faults = {};

  inject(faults: Faults): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  clear(): void {
    this.#faults = {};
  }

  get current(): Faults {
    return this.#faults;
  }

  /** Whether this fault strikes now; one of its count is used up. */
  strikes(fault: Exclude<Counted, 'delayAppendsMs'>): boolean {
    const left = this.#faults[fault] ?? 0;
    if (left <= 0) return false;
    this.#faults = { ...this.#faults, [fault]: left - 1 };
    return true;
  }
}
