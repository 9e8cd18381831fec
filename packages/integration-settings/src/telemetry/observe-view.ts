import type { LiveView, Status } from '@integration-settings/projections';
import { harmless } from './harmless.ts';
import type { Attributes, Meter, Observe } from './telemetry.ts';

const states: readonly Status['state'][] = ['live', 'catching-up', 'disconnected', 'outdated'];

/**
 * Lets a meter ask where a view stands, whenever it collects.
 *
 * @returns ends that: a meter would keep the view in memory
 */
export const observeView = (meter: Meter, live: LiveView): (() => void) => {
  const { view } = live;
  const attributes: Attributes = { 'integration_settings.namespace': view.namespace };
  let current: Status['state'] | undefined;
  live.status$.subscribe(({ state }) => (current = state));
  const stops = [
    observe(
      meter,
      'integration_settings.view.position',
      'The position of the last event that the view has taken.',
      '{position}',
      (result) => result.observe(Number(view.position), attributes),
    ),
    observe(
      meter,
      'integration_settings.view.waiting',
      'Events that wait for the rest of their command.',
      '{event}',
      (result) => result.observe(view.waiting, attributes),
    ),
    observe(
      meter,
      'integration_settings.view.state',
      '1 for the state that the view is in, 0 for others.',
      '1',
      (result) => {
        for (const state of states) {
          result.observe(state === current ? 1 : 0, { ...attributes, 'integration_settings.view.state': state });
        }
      },
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};

/** Any of these may fail: the others go on. */
const observe = (meter: Meter, name: string, description: string, unit: string, read: Observe): (() => void) => {
  const gauge = harmless(() => meter.createObservableGauge(name, { description, unit }));
  harmless(() => gauge?.addCallback(read));
  return () => harmless(() => gauge?.removeCallback(read));
};
