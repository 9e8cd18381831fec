import type { Client } from './client.ts';
import { Silent } from './failure.ts';

/** Stands for one append, over all its tries. */
export type Ticket = object;

/**
 * The client in use, which is replaced when it has gone deaf, and the turn in which appends go out.
 *
 * After each connect the client sends its first append after those behind it. So the oldest one goes alone, and the
 * others only once it was answered: appends that build on each other keep their order, also when all are repeated.
 */
export class Connection {
  readonly #connect: (generation: number) => Client;
  #generation = 0;
  readonly #answerWithinMs: number;
  #client: Client;
  #answered = false;
  #changed = Promise.withResolvers<void>();
  /** In the order in which they began. */
  readonly #undecided = new Set<Ticket>();

  constructor(connect: (generation: number) => Client, answerWithinMs: number) {
    this.#connect = connect;
    this.#client = connect(this.#generation);
    this.#answerWithinMs = answerWithinMs;
  }

  get client(): Client {
    return this.#client;
  }

  /** How long a call may be silent. */
  get answerWithinMs(): number {
    return this.#answerWithinMs;
  }

  /** Waits for an answer, but not for longer than one may take. What comes later is ignored. @throws Silent */
  answerOf<T>(call: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Silent(this.#answerWithinMs));
      // An answer may wait to be read where the process was busy: it has its turn first.
      const timer = setTimeout(() => setImmediate(giveUp), this.#answerWithinMs);
      const inTime =
        <Result>(settle: (result: Result) => void) =>
        (result: Result): void => {
          clearTimeout(timer);
          settle(result);
        };
      call.then(inTime(resolve), inTime(reject));
    });
  }

  /** An append has begun: until it is decided, it goes before all that begin later. */
  begin(): Ticket {
    const ticket: Ticket = {};
    this.#undecided.add(ticket);
    return ticket;
  }

  /** An append has its outcome. */
  decided(ticket: Ticket): void {
    this.#undecided.delete(ticket);
    this.#tellChange();
  }

  /** Whether an append is the oldest that has no outcome yet. */
  isOldest(ticket: Ticket): boolean {
    const [oldest] = this.#undecided;
    return oldest === ticket;
  }

  /** Whether an append may go out: at any time, or, until the first was answered, when it is the oldest. */
  hasTurn(ticket: Ticket): boolean {
    return this.#answered || this.isOldest(ticket);
  }

  /**
   * Waits for an append's turn.
   *
   * @returns whether it came before the time was over or the signal aborted
   */
  async turn(ticket: Ticket, withinMs: number, signal?: AbortSignal): Promise<boolean> {
    const over = AbortSignal.any([AbortSignal.timeout(withinMs), ...(signal === undefined ? [] : [signal])]);
    const { promise, resolve } = Promise.withResolvers<void>();
    over.addEventListener('abort', () => resolve(), { once: true });
    while (!this.hasTurn(ticket) && !over.aborted) await Promise.race([this.#changed.promise, promise]);
    return this.hasTurn(ticket);
  }

  /** The server has answered an append of this client: the others need not wait for their turn any more. */
  hasAnswered(client: Client): void {
    if (client !== this.#client) return;
    this.#answered = true;
    this.#tellChange();
  }

  /** Something broke, and the client may connect anew with its next call. */
  mayReconnect(): void {
    this.#answered = false;
  }

  /**
   * Gives up a client that does not hear any more, or that hangs on a node that does not answer: all its calls break,
   * subscriptions too. Whoever comes second with the same client changes nothing.
   */
  replace(client: Client): void {
    if (client !== this.#client) return;
    this.#answered = false;
    this.#generation += 1;
    this.#client = this.#connect(this.#generation);
    void client.dispose(); // not waited for: the node may be frozen
  }

  /** Lets go of the client; what still runs on it breaks. */
  close(): void {
    void this.#client.dispose(); // nor here: a reader that was left in the middle would hold it up
  }

  #tellChange(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }
}
