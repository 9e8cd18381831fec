import type { Status } from '@integration-settings/projections';
import type { Observable } from 'rxjs';
import type { Logger } from './telemetry.ts';

/** How each state is told of. */
const notices: Readonly<Record<Status['state'], readonly [level: keyof Logger, message: string]>> = {
  'catching-up': ['debug', 'The view reads what it has missed.'],
  live: ['info', 'The view follows the store.'],
  disconnected: ['warn', 'The store does not answer; reads go on from the view, as it is.'],
  outdated: ['warn', 'The view has stopped; reads go on from the view, as it is, and commands are refused.'],
};

/** Logs each change of the view's state, until there are no more. */
export const logStatus = (status$: Observable<Status>, logger: Logger): void => {
  status$.subscribe(({ state, reason, position }) => {
    const [level, message] = notices[state];
    logger[level]({ state, reason, position: position.toString() }, message);
  });
};
