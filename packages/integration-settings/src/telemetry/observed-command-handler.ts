import type { Command, CommandReceipt } from '@integration-settings/domain';
import { CommandHandler, type CommandHandlerOptions } from '../command-handler.ts';
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
}
