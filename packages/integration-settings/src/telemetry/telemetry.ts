/** Where integration settings report what they do; each part may be left out. Nothing is printed or measured without it. */
export interface Telemetry {
  readonly logger?: Logger;
  readonly meter?: Meter;
  readonly tracer?: Tracer;
}

/** What is used of a logger: a pino logger is one. What it is given may be written down: no secret, and no value of a setting. */
export interface Logger {
  debug(details: object, message: string): unknown;
  info(details: object, message: string): unknown;
  warn(details: object, message: string): unknown;
  error(details: object, message: string): unknown;
}

/** Attributes of a measurement or a span. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What is used of a `Meter` of `@opentelemetry/api`. */
export interface Meter {
  createCounter(name: string, options: MetricOptions): Counter;
  createHistogram(name: string, options: MetricOptions): Histogram;
  createObservableGauge(name: string, options: MetricOptions): ObservableGauge;
}
export interface MetricOptions {
  readonly description: string;
  readonly unit: string;
  /** Where the meter leaves it to the instrument. */
  readonly advice?: { readonly explicitBucketBoundaries: number[] };
}
export interface Counter {
  add(value: number, attributes: Attributes): void;
}
export interface Histogram {
  record(value: number, attributes: Attributes): void;
}
export interface ObservableGauge {
  addCallback(observe: Observe): void;
  removeCallback(observe: Observe): void;
}
export type Observe = (result: { observe(value: number, attributes: Attributes): void }) => void;

/** What is used of a `Tracer` of `@opentelemetry/api`. */
export interface Tracer {
  /** Runs the work at once, with the span as the active one. */
  startActiveSpan(name: string, options: { readonly attributes: Attributes }, work: (span: Span) => unknown): unknown;
}
export interface Span {
  setAttribute(name: string, value: string | number | boolean): unknown;
  /** 2 is an error. */
  setStatus(status: { readonly code: 2; readonly message: string }): unknown;
  end(): void;
}
