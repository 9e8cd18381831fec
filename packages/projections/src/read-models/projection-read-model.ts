import {
  type Catalog,
  compileDefinition,
  type EffectiveEvent,
  type Events,
  isEventType,
  ProjectionFailed,
  type ReadModel,
  type ReadModelGeneration,
  type ReadModelKey,
  type ReadModelRebuild,
  type ReadModelSlot,
  type ReadModelStore,
  type RecordedEvent,
  type SavedReadModel,
} from '@integration-settings/domain';
import { createDraft, finishDraft } from 'immer';
import { maskedEvent } from '../live/masked-event.ts';
import { type ProjectedEvent, type Projection, readModelKeyOf } from '../projection.ts';
import { describeDifferences } from './describe-differences.ts';
import { requirePlain } from './require-plain.ts';

/** A projection, and where its state is kept. */
export interface ProjectionOptions<State extends object, Type extends keyof Events> {
  readonly projection: Projection<State, Type>;
  readonly store: ReadModelStore;
  /** Whose log; `'integrations'` if absent. */
  readonly namespace?: string;
  /** Which fields are secret: their values are masked also where they were stored before they were. Absent: what was stored as a secret is masked. */
  readonly catalog?: Catalog;
}

/** A projection and the store that keeps its state, as a read model of a namespace's log. @throws TypeError for what is no namespace */
export const projectionReadModel = <State extends object, Type extends keyof Events>({
  projection,
  store,
  namespace = 'integrations',
  catalog,
}: ProjectionOptions<State, Type>): ReadModel => {
  const key = readModelKeyOf(projection, namespace);
  const fold = folding(projection, catalog);
  const generationIn = async (slot: ReadModelSlot, generation: number): Promise<SavedGeneration<State>> => {
    const saved = await store.load(key, slot);
    const from = saved ?? { generation, checkpoint: -1n, state: projection.initialState };
    return new SavedGeneration(fold, store, key, slot, from);
  };
  return {
    namespace,
    open: () => generationIn('current', 1),
    rebuild: async () => {
      const release = await store.claim(key);
      try {
        const holding = await store.load(key, 'current');
        const generation = (holding?.generation ?? 1) + 1;
        const begun = await store.load(key, 'next');
        if (begun !== undefined && begun.generation !== generation) await store.discard(key);
        return rebuildOf(await generationIn('next', generation), store, key, release);
      } catch (error) {
        await release();
        throw error;
      }
    },
    close: () => store.close(),
  };
};

/** A state in memory, saved with its checkpoint after each batch. */
class SavedGeneration<State extends object> implements ReadModelGeneration {
  readonly #fold: Fold<State>;
  readonly #store: ReadModelStore;
  readonly #key: ReadModelKey;
  readonly #slot: ReadModelSlot;
  #saved: SavedReadModel;

  constructor(fold: Fold<State>, store: ReadModelStore, key: ReadModelKey, slot: ReadModelSlot, saved: SavedReadModel) {
    this.#fold = fold;
    this.#store = store;
    this.#key = key;
    this.#slot = slot;
    this.#saved = saved;
  }

  get checkpoint(): bigint {
    return this.#saved.checkpoint;
  }

  get state(): unknown {
    return this.#saved.state;
  }

  async apply(events: readonly EffectiveEvent[], checkpoint: bigint): Promise<boolean> {
    const state = this.#fold(this.#saved.state as State, events);
    const saved = { ...this.#saved, checkpoint, state };
    const isKept = await this.#store.save(this.#key, this.#slot, saved);
    if (isKept) this.#saved = saved;
    return isKept;
  }
}

type Fold<State> = (state: State, events: readonly EffectiveEvent[]) => State;

/** One draft for the whole batch: a state that many events touch is copied once. */
const folding = <State extends object, Type extends keyof Events>(
  projection: Projection<State, Type>,
  catalog: Catalog | undefined,
): Fold<State> => {
  const definitions = new Map(
    Object.entries(catalog?.definitions ?? {}).map(([slug, definition]) => [slug, compileDefinition(slug, definition)]),
  );
  return (state, events) => {
    const draft = createDraft(state);
    let last: RecordedEvent | undefined;
    const named = <T>(work: () => T): T => {
      try {
        return work();
      } catch (cause) {
        throw last === undefined ? cause : new ProjectionFailed(projection.name, last, { cause });
      }
    };
    for (const event of events) {
      if (!isHandled(projection.handles, event.recorded.type)) continue;
      last = event.recorded;
      const definition = event.kind === 'settings' ? definitions.get(event.integration) : undefined;
      named(() => projection.evolve(draft, maskedEvent(event.recorded, definition) as ProjectedEvent<Type>));
    }
    const folded = finishDraft(draft) as State;
    named(() => requirePlain(folded));
    return folded;
  };
};

/** Of what another release writes, and this one passes over, no projection hears. */
const isHandled = (handles: 'all' | readonly string[], type: string): boolean =>
  isEventType(type) && (handles === 'all' || handles.includes(type));

const rebuildOf = (
  next: ReadModelGeneration & { readonly state: unknown },
  store: ReadModelStore,
  key: ReadModelKey,
  release: () => Promise<void>,
): ReadModelRebuild => ({
  get checkpoint() {
    return next.checkpoint;
  },
  apply: (events, checkpoint) => next.apply(events, checkpoint),
  holding: async () => (await store.load(key, 'current'))?.checkpoint,
  compare: async () => {
    const holding = await store.load(key, 'current');
    return holding?.checkpoint === next.checkpoint ? describeDifferences(holding.state, next.state) : undefined;
  },
  promote: () => store.promote(key),
  discard: () => store.discard(key),
  release,
});
