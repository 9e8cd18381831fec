import type { Meter, Tracer } from '@opentelemetry/api';
import type { Logger as PinoLogger } from 'pino';
import type { Catalog } from '@integration-settings/domain';
import type { Logger, OpenOptions, Telemetry } from 'integration-settings';
import { expectTypeOf } from 'vitest';

// What hosts have goes in as it is.
expectTypeOf<PinoLogger>().toExtend<Logger>();
expectTypeOf<Console>().toExtend<Logger>();
expectTypeOf<{ logger: PinoLogger; meter: Meter; tracer: Tracer }>().toExtend<Telemetry>();
expectTypeOf<{ meter: Meter }>().toExtend<Telemetry>();
expectTypeOf<Telemetry>().toExtend<NonNullable<OpenOptions<Catalog>['telemetry']>>();

// A part of another kind does not.
expectTypeOf<{ logger: Meter }>().not.toExtend<Telemetry>();
expectTypeOf<{ meter: Tracer }>().not.toExtend<Telemetry>();
expectTypeOf<{ tracer: PinoLogger }>().not.toExtend<Telemetry>();
