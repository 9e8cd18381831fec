/** Does what telemetry asks for. Whatever becomes of it harms nobody: whoever watches must not get in the way of what is watched. */
export const harmless = <T>(work: () => T): T | undefined => {
  try {
    const result = work();
    if (result instanceof Promise) result.catch(() => undefined);
    return result;
  } catch {
    return undefined;
  }
};
