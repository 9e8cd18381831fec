import { type Catalog, type CommandReceipt, isIntegrationSettingsError } from '@integration-settings/domain';
import { CommandMetrics } from './command-metrics.ts';
import { type CommandOutcome, outcomeOf, outcomeOfError } from './command-outcome.ts';
import { type CommandDescription, describeCommand } from './describe-command.ts';
import { harmless } from './harmless.ts';
import { inSpan } from './in-span.ts';
import type { Attributes, Logger, Span, Telemetry, Tracer } from './telemetry.ts';

/** Tells telemetry of each command: a span in which it runs, a measurement, a line of a log. */
export class CommandObserver {
  readonly #catalog: Catalog;
  readonly #namespace: string;
  readonly #logger: Logger;
  readonly #metrics: CommandMetrics | undefined;
  readonly #tracer: Tracer | undefined;

  /** @param logger - one that never throws, and names the namespace */
  constructor({ meter, tracer }: Telemetry, logger: Logger, namespace: string, catalog: Catalog) {
    this.#catalog = catalog;
    this.#namespace = namespace;
    this.#logger = logger;
    this.#metrics = meter === undefined ? undefined : new CommandMetrics(meter, namespace);
    this.#tracer = tracer;
  }

  /** Executes a command, once, and ends as that ends. */
  observe(
    given: unknown,
    signal: AbortSignal | undefined,
    execute: () => Promise<CommandReceipt>,
  ): Promise<CommandReceipt> {
    const command = describeCommand(given, this.#catalog);
    const begun = performance.now();
    const work = async (span?: Span): Promise<CommandReceipt> => {
      try {
        const receipt = await execute();
        this.#tell(span, command, begun, outcomeOf(receipt));
        return receipt;
      } catch (error) {
        this.#tell(span, command, begun, outcomeOfError(error, signal), error);
        throw error;
      }
    };
    if (this.#tracer === undefined) return work();
    return inSpan(this.#tracer, `integration_settings.${command.type}`, this.#attributesOf(command), work);
  }

  #attributesOf({ type, scope, integration }: CommandDescription): Attributes {
    return {
      'integration_settings.namespace': this.#namespace,
      'integration_settings.command.type': type,
      ...(scope === undefined ? undefined : { 'integration_settings.scope': scope }),
      ...(integration === undefined ? undefined : { 'integration_settings.integration': integration }),
    };
  }

  #tell(
    span: Span | undefined,
    command: CommandDescription,
    begun: number,
    outcome: CommandOutcome,
    error?: unknown,
  ): void {
    const milliseconds = performance.now() - begun;
    if (span !== undefined) endSpan(span, outcome);
    this.#metrics?.note(command, outcome, milliseconds / 1_000);
    const details = { command, ...outcome, position: outcome.position?.toString(), milliseconds };
    if (outcome.outcome !== 'failed') this.#logger.debug(details, 'A command was answered.');
    else if (isIntegrationSettingsError(error)) this.#logger.warn({ ...details, err: error }, 'A command failed.');
    // What others throw may say anything, so it is not repeated here: whoever commanded has it.
    else this.#logger.error(details, 'A command failed with an error that is not one of ours.');
  }
}

const endSpan = (span: Span, { outcome, errorType, position }: CommandOutcome): void => {
  harmless(() => span.setAttribute('integration_settings.command.outcome', outcome));
  if (position !== undefined) {
    harmless(() => span.setAttribute('integration_settings.position', position.toString()));
  }
  if (errorType !== undefined) {
    harmless(() => span.setAttribute('error.type', errorType));
    harmless(() => span.setStatus({ code: 2, message: errorType }));
  }
  harmless(() => span.end());
};
