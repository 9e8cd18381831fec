import type { Events } from '@integration-settings/domain';
import { expectTypeOf } from 'vitest';
import { defineProjection, loadProjection, type ProjectedEvent } from './projection.ts';

const counted = defineProjection({
  name: 'counted',
  version: 1,
  handles: ['ProjectRegistered', 'DefaultLocked'],
  initialState: { count: 0 },
  evolve: (draft, event) => {
    expectTypeOf(event.type).toEqualTypeOf<'ProjectRegistered' | 'DefaultLocked'>();
    if (event.type === 'ProjectRegistered') expectTypeOf(event.data).toEqualTypeOf<Events['ProjectRegistered']>();
    draft.count += 1;
  },
});
expectTypeOf(loadProjection<{ readonly count: number }, 'ProjectRegistered'>)
  .returns.resolves.toHaveProperty('state')
  .toEqualTypeOf<{ readonly count: number }>();
expectTypeOf(counted.initialState).toEqualTypeOf<{ count: number }>();

defineProjection({
  name: 'all',
  version: 1,
  handles: 'all',
  initialState: {},
  evolve: (_draft, event) => {
    expectTypeOf(event).toEqualTypeOf<ProjectedEvent>();
  },
});

// @ts-expect-error: no such event
defineProjection({ name: 'none', version: 1, handles: ['ProjectPainted'], initialState: {}, evolve: () => {} });
