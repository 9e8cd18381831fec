import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Meter, MetricOptions, Observe, Span, Tracer } from './telemetry.ts';

interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly attributes: Attributes;
}

/** A meter that keeps what it is told. */
export class RecordingMeter implements Meter {
  readonly instruments = new Map<string, MetricOptions>();
  readonly measurements: Measurement[] = [];
  readonly observed = new Map<string, Set<Observe>>();

  createCounter(name: string, options: MetricOptions) {
    this.instruments.set(name, options);
    return {
      add: (value: number, attributes: Attributes) => void this.measurements.push({ name, value, attributes }),
    };
  }

  createHistogram(name: string, options: MetricOptions) {
    this.instruments.set(name, options);
    return {
      record: (value: number, attributes: Attributes) => void this.measurements.push({ name, value, attributes }),
    };
  }

  createObservableGauge(name: string, options: MetricOptions) {
    this.instruments.set(name, options);
    const observers = new Set<Observe>();
    this.observed.set(name, observers);
    return {
      addCallback: (observe: Observe) => void observers.add(observe),
      removeCallback: (observe: Observe) => void observers.delete(observe),
    };
  }

  /** What a gauge says now, by its attributes. */
  read(name: string): readonly Measurement[] {
    const found: Measurement[] = [];
    for (const observe of this.observed.get(name) ?? []) {
      observe({ observe: (value, attributes) => void found.push({ name, value, attributes }) });
    }
    return found;
  }
}

/** A span that keeps what it is told. */
export class RecordedSpan implements Span {
  readonly name: string;
  readonly attributes: Record<string, string | number | boolean>;
  status: { readonly code: number; readonly message: string } | undefined;
  ended = 0;

  constructor(name: string, attributes: Attributes) {
    this.name = name;
    this.attributes = { ...attributes };
  }

  setAttribute(name: string, value: string | number | boolean): void {
    this.attributes[name] = value;
  }

  setStatus(status: { readonly code: 2; readonly message: string }): void {
    this.status = status;
  }

  end(): void {
    this.ended += 1;
  }
}

/** A tracer that keeps its spans, and knows which one is active. */
export class RecordingTracer implements Tracer {
  readonly spans: RecordedSpan[] = [];
  readonly #active = new AsyncLocalStorage<RecordedSpan>();

  get active(): RecordedSpan | undefined {
    return this.#active.getStore();
  }

  startActiveSpan(name: string, options: { readonly attributes: Attributes }, work: (span: Span) => unknown): unknown {
    const span = new RecordedSpan(name, options.attributes);
    this.spans.push(span);
    return this.#active.run(span, () => work(span));
  }
}
