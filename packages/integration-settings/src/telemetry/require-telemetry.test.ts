import { describe, expect, it } from 'vitest';
import { open } from '../settings.fixture.ts';
import { requireTelemetry } from './require-telemetry.ts';
import type { Telemetry } from './telemetry.ts';

describe('telemetry of a bad shape', () => {
  it.each<[unknown, string]>([
    ['pino', 'telemetry is a string; expected { logger?, meter?, tracer? }.'],
    [null, 'telemetry is null; expected { logger?, meter?, tracer? }.'],
    [{ Logger: console, metrics: {} }, 'telemetry has Logger, metrics; expected logger, meter and tracer at most.'],
    [{ logger: 7 }, 'telemetry.logger is a number; expected an object with the methods debug, info, warn, error.'],
    [{ logger: null }, 'telemetry.logger is null; expected an object with the methods debug, info, warn, error.'],
    [
      { logger: { info: () => undefined, warn: 'loud' } },
      'telemetry.logger has no debug, warn, error; expected an object with the methods debug, info, warn, error.',
    ],
    [
      { meter: {} },
      'telemetry.meter has no createCounter, createHistogram, createObservableGauge; expected an object with the methods createCounter, createHistogram, createObservableGauge.',
    ],
    [
      { tracer: { startSpan: () => undefined } },
      'telemetry.tracer has no startActiveSpan; expected an object with the methods startActiveSpan.',
    ],
  ])('is refused by name: %o', async (telemetry, message) => {
    await expect(open({ telemetry: telemetry as Telemetry })).rejects.toThrow(new TypeError(message));
  });

  it('is none where parts are undefined', () => {
    expect(requireTelemetry(undefined)).toEqual({});
    expect(requireTelemetry({ logger: undefined, tracer: undefined })).toEqual({});
  });
});
