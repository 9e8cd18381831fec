import {
  Closed,
  type ReadModelKey,
  type ReadModelSlot,
  type ReadModelStore,
  RebuildInProgress,
  type SavedReadModel,
} from '@integration-settings/domain';
import { deepFreeze } from '../memory/deep-freeze.ts';
import { describeKey } from './describe-key.ts';

/** A state as text: what is loaded is what a store on disk would give back. */
interface Entry {
  readonly generation: number;
  readonly checkpoint: bigint;
  readonly json: string;
}

/** Opens an empty store for the states of projections that keeps everything in memory: for tests and for trying out. */
export const openMemoryReadModelStore = (): ReadModelStore => new MemoryReadModelStore();

class MemoryReadModelStore implements ReadModelStore {
  readonly #entries: Readonly<Record<ReadModelSlot, Map<string, Entry>>> = { current: new Map(), next: new Map() };
  /** By what is built: the claim that holds. */
  readonly #claimed = new Map<string, object>();
  #isClosed = false;

  async load(key: ReadModelKey, slot: ReadModelSlot): Promise<SavedReadModel | undefined> {
    const entry = this.#slot(slot).get(nameOf(key));
    if (entry === undefined) return undefined;
    const { generation, checkpoint, json } = entry;
    return deepFreeze({ generation, checkpoint, state: JSON.parse(json) as unknown });
  }

  async save(key: ReadModelKey, slot: ReadModelSlot, saved: SavedReadModel): Promise<boolean> {
    const entries = this.#slot(slot);
    const there = entries.get(nameOf(key));
    if (there !== undefined && there.generation !== saved.generation) return false;
    if (there !== undefined && there.checkpoint > saved.checkpoint) return true;
    const { generation, checkpoint, state } = saved;
    entries.set(nameOf(key), { generation, checkpoint, json: JSON.stringify(state) });
    return true;
  }

  async promote(key: ReadModelKey): Promise<boolean> {
    const name = nameOf(key);
    const [current, next] = [this.#slot('current').get(name), this.#slot('next').get(name)];
    if (next === undefined || (current !== undefined && current.checkpoint > next.checkpoint)) return false;
    this.#entries.current.set(name, next);
    this.#entries.next.delete(name);
    return true;
  }

  async discard(key: ReadModelKey): Promise<void> {
    this.#slot('next').delete(nameOf(key));
  }

  async claim(key: ReadModelKey): Promise<() => Promise<void>> {
    this.#checkOpen();
    const name = nameOf(key);
    if (this.#claimed.has(name)) throw new RebuildInProgress(describeKey(key));
    const claim = {};
    this.#claimed.set(name, claim);
    return async () => {
      if (this.#claimed.get(name) === claim) this.#claimed.delete(name);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #slot(slot: ReadModelSlot): Map<string, Entry> {
    this.#checkOpen();
    return this.#entries[slot];
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Closed('The memory read model store');
  }
}

const nameOf = ({ namespace, name, version }: ReadModelKey): string => JSON.stringify([namespace, name, version]);
