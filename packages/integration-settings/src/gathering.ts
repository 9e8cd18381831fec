import { setImmediate as turn } from 'node:timers/promises';
import type { CommandReceipt } from '@integration-settings/domain';
import type { CommandRequest } from './command-handler.ts';

/** How a command ended. */
export type Settled<T = CommandReceipt> = PromiseSettledResult<T>;

/** Executes commands that do not depend on each other; how each ends, in their order. What it rejects with is how all end. */
export type ExecuteTogether<T = CommandReceipt> = (
  requests: readonly CommandRequest[],
) => Promise<readonly Settled<T>[]>;

/** Executes together, after it, what comes in one turn of the event loop. */
export class Gathering<Member, T = CommandReceipt> {
  readonly #execute: ExecuteTogether<T>;
  readonly #settle: (member: Member, settled: Settled<T>) => void;
  #requests: CommandRequest[] = [];
  /** Whose the requests are. */
  #members: Member[] = [];

  /** @param settle - told how each command ended, when all that go with it have */
  constructor(execute: ExecuteTogether<T>, settle: (member: Member, settled: Settled<T>) => void) {
    this.#execute = execute;
    this.#settle = settle;
  }

  join(request: CommandRequest, member: Member): void {
    if (this.#members.length === 0) void turn().then(() => this.#go());
    this.#requests.push(request);
    this.#members.push(member);
  }

  async #go(): Promise<void> {
    const [requests, members] = [this.#requests, this.#members];
    [this.#requests, this.#members] = [[], []];
    const settled = await this.#execute(requests).catch((reason: unknown) =>
      members.map((): Settled<T> => ({ status: 'rejected', reason })),
    );
    for (let index = 0; index < members.length; index += 1) this.#settle(members[index]!, settled[index]!);
  }
}
