import { isSlug } from './catalog/slug.ts';
import { isScopeId, type ScopeRef } from './scope.ts';

/** A stream of ours: what it holds, of which scope, and for settings of which integration. */
export type StreamIdentity =
  | { readonly kind: 'settings'; readonly scope: ScopeRef; readonly integration: string }
  | { readonly kind: 'structure'; readonly scope: Exclude<ScopeRef, 'instance'> };

const namespacePattern = /^[a-z][a-zA-Z0-9]{0,31}$/;

/** Whether a text may be a namespace: `[a-z][a-zA-Z0-9]{0,31}`. */
export const isNamespace = (text: string): boolean => namespacePattern.test(text);

/** What the names of all streams of a namespace begin with, and no other stream's name does. */
export const streamPrefixOf = (namespace: string): string => `${namespace}.`;

/** The stream of a scope's own settings, locks and erasures for one integration. */
export const settingsStreamName = (namespace: string, scope: ScopeRef, integration: string): string => {
  if (scope === 'instance') return `${namespace}.instanceSettings-${integration}`;
  return 'group' in scope
    ? `${namespace}.groupSettings-${scope.group}/${integration}`
    : `${namespace}.projectSettings-${scope.project}/${integration}`;
};

/** What the names of all settings streams of one group or project begin with. Ids may hold a `/`, so compare the parsed scope as well. */
export const settingsStreamPrefix = (namespace: string, scope: Exclude<ScopeRef, 'instance'>): string =>
  settingsStreamName(namespace, scope, '');

/** The stream of a group's or project's place in the tree. */
export const structureStreamName = (namespace: string, scope: Exclude<ScopeRef, 'instance'>): string =>
  'group' in scope ? `${namespace}.group-${scope.group}` : `${namespace}.project-${scope.project}`;

/** The stream that records who revealed secrets on a day (`YYYY-MM-DD`, UTC). */
export const secretAccessStreamName = (namespace: string, day: string): string => `${namespace}.secretAccess-${day}`;

/**
 * The way back from a settings or structure stream's name, exact for every id; `undefined` for any other name.
 *
 * Only tools use it (copying, listing keys): what an event is about stands in its body.
 */
export const parseStreamName = (namespace: string, streamName: string): StreamIdentity | undefined => {
  const prefix = streamPrefixOf(namespace);
  if (!streamName.startsWith(prefix)) return undefined;
  const dash = streamName.indexOf('-', prefix.length);
  if (dash === -1) return undefined;
  const category = streamName.slice(prefix.length, dash);
  const rest = streamName.slice(dash + 1);
  if (category === 'instanceSettings') {
    return isSlug(rest) ? { kind: 'settings', scope: 'instance', integration: rest } : undefined;
  }
  if (category === 'group' || category === 'project') {
    if (!isScopeId(rest)) return undefined;
    return { kind: 'structure', scope: category === 'group' ? { group: rest } : { project: rest } };
  }
  const slash = rest.lastIndexOf('/'); // slugs have none, so the last one splits
  const id = rest.slice(0, Math.max(slash, 0));
  const integration = rest.slice(slash + 1);
  if (!isScopeId(id) || !isSlug(integration)) return undefined;
  if (category === 'groupSettings') return { kind: 'settings', scope: { group: id }, integration };
  if (category === 'projectSettings') return { kind: 'settings', scope: { project: id }, integration };
  return undefined;
};
