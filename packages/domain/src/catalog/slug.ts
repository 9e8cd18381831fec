const slugPattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** Whether a text may name an integration or a field. None holds a `/`, and none looks like an integer. */
export const isSlug = (text: string): boolean => slugPattern.test(text);
