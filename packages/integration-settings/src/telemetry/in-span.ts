import { harmless } from './harmless.ts';
import type { Attributes, Span, Tracer } from './telemetry.ts';

/**
 * Runs work once in a span, which is the active one meanwhile and which the work ends; without one where the tracer fails.
 */
export const inSpan = <T>(
  tracer: Tracer,
  name: string,
  attributes: Attributes,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> => {
  let running: Promise<T> | undefined;
  const begin = (span: Span | undefined): Promise<T> => (running ??= work(span));
  harmless(() => void tracer.startActiveSpan(name, { attributes }, begin));
  return begin(undefined);
};
