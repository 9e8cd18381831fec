import { harmless } from './harmless.ts';
import type { Logger } from './telemetry.ts';

/** A logger that never throws and names the namespace each time; without one it is silent. */
export const harmlessLogger = (logger: Logger | undefined, namespace: string): Logger => {
  const at = (level: keyof Logger) => (details: object, message: string) => {
    if (logger !== undefined) harmless(() => logger[level]({ namespace, ...details }, message));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};
