/** Does what telemetry asks for; whatever becomes of it harms nobody. */
export const harmless = (work: () => unknown): void => {
  try {
    const result = work();
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // whoever watches must not get in the way of what is watched
  }
};
