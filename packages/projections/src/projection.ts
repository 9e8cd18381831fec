import {
  describeBadName,
  type Events,
  isNamespace,
  type ReadModelKey,
  type ReadModelStore,
  type SettingsEvent,
} from '@integration-settings/domain';
import type { Draft } from 'immer';

/** An event as a projection gets it: frozen, secrets masked. */
export type ProjectedEvent<Type extends keyof Events = keyof Events> = Extract<SettingsEvent, { readonly type: Type }>;

/**
 * What is made of a log: a state, and how each event changes it.
 *
 * The fold is pure: the same events give the same state, whenever it is stopped and resumed. Other versions, of `evolve` or
 * of the state's shape, need another `version`: it starts anew beside the old one.
 */
export interface Projection<State extends object = object, Type extends keyof Events = keyof Events> {
  /** 1 to 255 characters; the state is kept under it. */
  readonly name: string;
  /** From 1. */
  readonly version: number;
  /** The types of the events that `evolve` gets; the others are passed over. */
  readonly handles: 'all' | readonly Type[];
  /** Plain JSON, as every state after it. It is saved as a whole, so keep it small. */
  readonly initialState: State;
  /** Changes the draft, as recipes of immer do; what it returns is not looked at. Events of one command come together, in the order of their effect. */
  readonly evolve: (draft: Draft<State>, event: ProjectedEvent<Type>) => void;
}

/**
 * Gives a projection with its types inferred: `evolve` gets the events of the types it `handles`.
 *
 * @throws TypeError for a name or version that is none
 *
 * @example
 * const registrations = defineProjection({
 *   name: 'registrations', version: 1, handles: ['ProjectRegistered'], initialState: { count: 0 },
 *   evolve: (draft) => { draft.count += 1; },
 * });
 */
export const defineProjection = <State extends object, const Type extends keyof Events = keyof Events>(
  projection: Projection<State, Type>,
): Projection<State, Type> => {
  const { name, version } = projection;
  const fault = typeof name === 'string' ? describeBadName(name) : `is ${typeof name}; expected a string`;
  if (fault !== undefined) throw new TypeError(`The name of a projection ${fault}.`);
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new TypeError(`The version of projection "${name}" is ${version}, expected a whole number from 1.`);
  }
  return Object.freeze({ ...projection });
};

/** Where the state of a projection is kept. @throws TypeError for what is no namespace */
export const readModelKeyOf = (
  { name, version }: Pick<Projection, 'name' | 'version'>,
  namespace: string,
): ReadModelKey => {
  if (!isNamespace(namespace)) throw new TypeError(`"${namespace}" is no namespace, expected [a-z][a-zA-Z0-9]{0,31}.`);
  return { namespace, name, version };
};

/**
 * The state that is saved of a projection, and the position of the last event in it: its initial state at `-1n` where it
 * never ran in this version.
 */
export const loadProjection = async <State extends object, Type extends keyof Events>(options: {
  readonly projection: Projection<State, Type>;
  readonly store: ReadModelStore;
  readonly namespace?: string;
}): Promise<{ readonly checkpoint: bigint; readonly state: State }> => {
  const { projection, store, namespace = 'integrations' } = options;
  const saved = await store.load(readModelKeyOf(projection, namespace), 'current');
  return saved === undefined
    ? { checkpoint: -1n, state: projection.initialState }
    : { checkpoint: saved.checkpoint, state: saved.state as State };
};
