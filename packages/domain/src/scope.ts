/** Where settings can stand: the instance, a group or a project. Ids are opaque strings of the host. */
export type ScopeRef = 'instance' | { readonly group: string } | { readonly project: string };
/** The kind of a scope, as definitions name it in `levels`. */
export type Level = 'instance' | 'group' | 'project';

/** The kind of a scope. */
export const levelOf = (scope: ScopeRef): Level =>
  scope === 'instance' ? 'instance' : 'group' in scope ? 'group' : 'project';

/** The host's id of a group or project; of the instance, the empty string, which is no id. */
export const idOf = (scope: ScopeRef): string =>
  scope === 'instance' ? '' : 'group' in scope ? scope.group : scope.project;

/** A key for maps and a text for people: `instance`, `group/7`, `project/42`. Different scopes never share one. */
export const scopeKey = (scope: ScopeRef): string =>
  scope === 'instance' ? scope : 'group' in scope ? `group/${scope.group}` : `project/${scope.project}`;

/** Whether two references name the same scope. */
export const sameScope = (one: ScopeRef | undefined, other: ScopeRef | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && scopeKey(one) === scopeKey(other));

/** The scope of a command or a stored body: `group`, or `project`, or neither for the instance. */
export const scopeOf = (body: { readonly group?: string | null; readonly project?: string }): ScopeRef =>
  body.project !== undefined ? { project: body.project } : groupOrInstance(body.group);

/** A group, or the instance where there is none. */
export const groupOrInstance = (group: string | null | undefined): ScopeRef =>
  group === undefined || group === null ? 'instance' : { group };

/** Whether something is a well-formed reference to a scope. */
export const isScopeRef = (value: unknown): value is ScopeRef => {
  if (value === 'instance') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length !== 1 || (key !== 'group' && key !== 'project')) return false;
  return isScopeId((value as Record<string, unknown>)[key]);
};

/** Neither control characters nor halves of a pair: what nearly all ids and names are made of. */
const isPlain = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code <= 0x7e) continue; // mostly
    if (code < 0xa0 || (code > 0xd7ff && code < 0xe000)) return false;
  }
  return true;
};
const controlCharacter = /\p{Cc}/u;

/** Whether a text may be an id: 1 to 255 code points, well-formed Unicode, no control characters. */
export const isScopeId = (id: unknown): id is string => typeof id === 'string' && describeBadName(id) === undefined;

/** Says what keeps a text from being an id or a name; `undefined` where nothing does. */
export const describeBadName = (text: string): string | undefined => {
  if (text === '') return 'is empty; expected 1 to 255 characters';
  if (text.length <= 255 && isPlain(text)) return undefined;
  if (!text.isWellFormed()) return 'is not well-formed Unicode (it has a lone surrogate)';
  if (controlCharacter.test(text)) return 'has a control character';
  if (text.length > 255) {
    const length = [...text].length;
    if (length > 255) return `has ${length} characters; expected 1 to 255`;
  }
  return undefined;
};
