import { setImmediate as turn } from 'node:timers/promises';
import type { CommandReceipt } from '@integration-settings/domain';
import type { CommandRequest } from './command-handler.ts';

/** How a command ended. */
export type Settled<T = CommandReceipt> = PromiseSettledResult<T>;

/** Executes commands that do not depend on each other; how each ends, in their order. What it rejects with is how all end. */
export type ExecuteTogether<T = CommandReceipt> = (
  requests: readonly CommandRequest[],
) => Promise<readonly Settled<T>[]>;

interface Member<T> {
  readonly request: CommandRequest;
  readonly settle: (settled: Settled<T>) => void;
}

/** Executes together, after it, what comes in one turn of the event loop. */
export class Gathering<T = CommandReceipt> {
  readonly #execute: ExecuteTogether<T>;
  #members: Member<T>[] = [];

  constructor(execute: ExecuteTogether<T>) {
    this.#execute = execute;
  }

  /** @param settle - told how the command ended, when all that go with it have */
  join(request: CommandRequest, settle: (settled: Settled<T>) => void): void {
    if (this.#members.length === 0) void turn().then(() => this.#go());
    this.#members.push({ request, settle });
  }

  async #go(): Promise<void> {
    const members = this.#members;
    this.#members = [];
    const settled = await this.#execute(members.map(({ request }) => request)).catch((reason: unknown) =>
      members.map((): Settled<T> => ({ status: 'rejected', reason })),
    );
    for (let index = 0; index < members.length; index += 1) members[index]!.settle(settled[index]!);
  }
}
