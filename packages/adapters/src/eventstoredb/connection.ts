import type { Client } from './client.ts';
import { Silent } from './failure.ts';

/**
 * The client in use, which is replaced when it has gone deaf, and the turn in which appends go out.
 *
 * After each connect the client sends its first append after those behind it. So the first one goes alone, and the
 * others only once it was answered.
 */
export class Connection {
  readonly #connect: () => Client;
  readonly #answerWithinMs: number;
  #client: Client;
  #answered = false;
  #first: Promise<void> | undefined;

  constructor(connect: () => Client, answerWithinMs: number) {
    this.#connect = connect;
    this.#client = connect();
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
  async answerOf<T>(call: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Silent(this.#answerWithinMs)), this.#answerWithinMs);
    call.catch(() => undefined);
    try {
      return await Promise.race([call, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Does an append when its turn has come. */
  async inTurn<T>(append: (client: Client) => Promise<T>): Promise<T> {
    while (!this.#answered && this.#first !== undefined) await this.#first;
    if (this.#answered) return append(this.#client);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#first = promise;
    try {
      return await append(this.#client);
    } finally {
      this.#first = undefined;
      resolve();
    }
  }

  /** The server has answered an append of this client: the others need not wait for their turn any more. */
  hasAnswered(client: Client): void {
    if (client === this.#client) this.#answered = true;
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
    this.#client = this.#connect();
    void client.dispose(); // not waited for: the node may be frozen
  }

  /** Lets go of the client. */
  async close(): Promise<void> {
    await this.answerOf(this.#client.dispose()).catch(() => undefined);
  }
}
