import type { Logger, Meter, Telemetry, Tracer } from './telemetry.ts';

/** What each part must be able to do. */
const methods = {
  logger: ['debug', 'info', 'warn', 'error'] satisfies readonly (keyof Logger)[],
  meter: ['createCounter', 'createHistogram', 'createObservableGauge'] satisfies readonly (keyof Meter)[],
  tracer: ['startActiveSpan'] satisfies readonly (keyof Tracer)[],
} as const;

/**
 * Checks what a host gave as telemetry, before anything is opened with it.
 *
 * @returns the parts that were given; what is `undefined` counts as left out
 * @throws TypeError naming what was found
 */
export const requireTelemetry = (given: unknown): Telemetry => {
  if (given === undefined) return {};
  if (!isObject(given)) throw new TypeError(`telemetry is ${found(given)}; expected { logger?, meter?, tracer? }.`);
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(methods, key));
  if (unknown.length > 0) {
    throw new TypeError(`telemetry has ${unknown.join(', ')}; expected logger, meter and tracer at most.`);
  }
  const parts = Object.entries(methods).filter(([part]) => given[part] !== undefined);
  for (const [part, expected] of parts) requireMethods(`telemetry.${part}`, given[part], expected);
  return Object.fromEntries(parts.map(([part]) => [part, given[part]]));
};

const requireMethods = (part: string, value: unknown, expected: readonly string[]): void => {
  const missing = isObject(value) ? expected.filter((method) => typeof value[method] !== 'function') : expected;
  if (missing.length === 0) return;
  const fault = isObject(value) ? `has no ${missing.join(', ')}` : `is ${found(value)}`;
  throw new TypeError(`${part} ${fault}; expected an object with the methods ${expected.join(', ')}.`);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

const found = (value: unknown): string => (value === null ? 'null' : `a ${typeof value}`);
