import type { Command, CommandReceipt } from '@integration-settings/domain';
import { CommandHandler, type CommandHandlerOptions, type CommandRequest } from '../command-handler.ts';
import type { CommandOptions } from '../integration-settings.ts';
import type { CommandObserver } from './command-observer.ts';

/** Handles commands while telemetry looks on. */
export class ObservedCommandHandler extends CommandHandler {
  readonly #observer: CommandObserver;

  constructor(options: CommandHandlerOptions, observer: CommandObserver) {
    super(options);
    this.#observer = observer;
  }

  override execute(given: Command, options: CommandOptions, looksFirst?: boolean): Promise<CommandReceipt> {
    return this.#observer.observe(given, options?.signal, () => super.execute(given, options, looksFirst));
  }

  /** One by one: each is looked at from its call to its answer. */
  override executeTogether(
    requests: readonly CommandRequest[],
  ): Promise<readonly PromiseSettledResult<CommandReceipt>[]> {
    return Promise.allSettled(requests.map(({ command, options }) => this.execute(command, options, false)));
  }
}
