import type { CommandOutcome } from './command-outcome.ts';
import type { CommandDescription } from './describe-command.ts';
import { harmless } from './harmless.ts';
import type { Attributes, Counter, Histogram, Meter } from './telemetry.ts';

/** From a command in memory to one that waits for a store, in seconds. */
const boundaries = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts commands and how long they take, by type and outcome. */
export class CommandMetrics {
  readonly #namespace: string;
  readonly #commands: Counter | undefined;
  readonly #duration: Histogram | undefined;

  constructor(meter: Meter, namespace: string) {
    this.#namespace = namespace;
    this.#commands = harmless(() =>
      meter.createCounter('integration_settings.commands', {
        description: 'Commands that were answered, by type and outcome.',
        unit: '{command}',
      }),
    );
    this.#duration = harmless(() =>
      meter.createHistogram('integration_settings.command.duration', {
        description: 'From the call to the answer: waiting for earlier commands, deciding, appending, showing.',
        unit: 's',
        advice: { explicitBucketBoundaries: boundaries },
      }),
    );
  }

  note({ type }: CommandDescription, { outcome, errorType }: CommandOutcome, seconds: number): void {
    const attributes: Attributes = {
      'integration_settings.namespace': this.#namespace,
      'integration_settings.command.type': type,
      'integration_settings.command.outcome': outcome,
      ...(errorType === undefined ? undefined : { 'error.type': errorType }),
    };
    harmless(() => this.#commands?.add(1, attributes));
    harmless(() => this.#duration?.record(seconds, attributes));
  }
}
