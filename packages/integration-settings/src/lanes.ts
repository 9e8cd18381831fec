import type { Command } from '@integration-settings/domain';
import type { CommandRequest } from './command-handler.ts';
import { type ExecuteTogether, Gathering, type Settled } from './gathering.ts';

/**
 * Lets each command begin when the earlier ones of the scopes that it names have ended, and no more than so many at once. One
 * that takes a whole group along goes alone: after all that come before it, whatever they name below the group, and before all
 * that come later.
 */
export class Lanes {
  readonly #gathering: Gathering<Lane>;
  readonly #concurrency: number;
  /** The last command for each group, and by the empty id for the instance. */
  readonly #lastOfGroups: LastById = new Map();
  readonly #lastOfProjects: LastById = new Map();
  /** The last one that goes alone. */
  #lastAlone: Lane | undefined;
  /** Those that have not ended, and some that have: the last one that goes alone, which has waited for all before it, and what came since. */
  #sinceAlone: Lane[] = [];
  /** Those that wait for nobody, but for others to end. */
  readonly #ready: Lane[] = [];
  #underWay = 0;
  #ended = 0;
  /** How many have not ended, under way or not. */
  #open = 0;
  #someEnded: PromiseWithResolvers<void> | undefined;
  #isStopped = false;

  constructor(execute: ExecuteTogether, concurrency: number) {
    this.#gathering = new Gathering(execute, (lane, settled) => this.#end(lane, settled));
    this.#concurrency = concurrency;
  }

  /** How many commands have begun and not ended. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Whether no more may begin: at first fewer than later, so that companies double until they are as large as they may be. */
  get isFull(): boolean {
    return this.#underWay >= Math.min(this.#concurrency, mostAtFirst + this.#ended);
  }

  /** Resolves when some of those that are under way have ended. */
  get someEnded(): Promise<void> {
    return (this.#someEnded ??= Promise.withResolvers<void>()).promise;
  }

  enter(request: CommandRequest): Lane {
    const { project, group, parent } = idsNamed(request.command);
    const last = project === undefined ? this.#lastOfGroups : this.#lastOfProjects;
    const id = project ?? group;
    const other = project === undefined ? parent : group;
    const named = [last.get(id), other === undefined ? undefined : this.#lastOfGroups.get(other), this.#lastAlone];
    const isAlone = goAlone.has(request.command?.type);
    const lane = new Lane(request, last, id, isAlone ? this.#sinceAlone : named);
    last.set(id, lane);
    if (isAlone) {
      this.#lastAlone = lane;
      this.#sinceAlone = [];
    }
    this.#open += 1;
    this.#sinceAlone.push(lane);
    if (this.#sinceAlone.length > 2 * this.#open + few) this.#sinceAlone = this.#sinceAlone.filter(hasNotEnded);
    this.#goOn(lane);
    return lane;
  }

  /** How a command ended, which is then forgotten, so that whatever still knows the lane keeps nothing else. */
  leave(lane: Lane): Settled {
    const { last, id } = lane;
    if (last.get(id) === lane) last.delete(id);
    const settled = lane.settled!;
    lane.settled = undefined;
    return settled;
  }

  /** Lets nothing begin any more that waits. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Begins what waits for nobody any more, where there is room. */
  #goOn(lane: Lane): void {
    const before = lane.earlier.find(hasNotEnded);
    if (before !== undefined) {
      (before.later ??= []).push(lane);
      return;
    }
    lane.earlier = none;
    if (this.isFull) this.#ready.push(lane);
    else this.#begin(lane);
  }

  #begin(lane: Lane): void {
    if (this.#isStopped) return;
    this.#underWay += 1;
    this.#gathering.join(lane.request!, lane);
    lane.request = undefined;
  }

  #end(lane: Lane, settled: Settled): void {
    lane.settled = settled;
    lane.hasEnded = true;
    this.#open -= 1;
    this.#underWay -= 1;
    this.#ended += 1;
    if (this.#lastAlone === lane) this.#lastAlone = undefined;
    while (this.#ready.length > 0 && !this.isFull) this.#begin(this.#ready.shift()!);
    if (lane.later !== undefined) for (const later of lane.later) this.#goOn(later);
    this.#someEnded?.resolve();
    this.#someEnded = undefined;
  }
}

/**
 * How many may begin at first. V8 looks whether what is made in a place of the code outlives a collection; if nearly all does, it is
 * made among the old objects from then on, where it stays for long, with all that it holds. A first collection that came upon a
 * company of a thousand would find all alive. So it comes upon some that have ended too: an import takes up to a tenth less time.
 */
const mostAtFirst = 128;

type LastById = Map<string, Lane>;

const none: Lane['earlier'] = [];
/** How many that have ended may be kept beside as many again as are open. */
const few = 64;

const hasNotEnded = (lane: Lane | undefined): boolean => lane !== undefined && !lane.hasEnded;

const goAlone: ReadonlySet<string> = new Set<Command['type']>(['MoveGroup', 'RemoveGroup']);

/** A command on its way. */
export class Lane {
  /** Until it begins. */
  request: CommandRequest | undefined;
  hasEnded = false;
  /** Where the last command for the scope that this one is for stands, and by which id. */
  readonly last: LastById;
  readonly id: string;
  /** Those that go before it; none once it has begun. */
  earlier: readonly (Lane | undefined)[];
  /** Those that wait for it. */
  later: Lane[] | undefined;
  /** How it ended, until it leaves. */
  settled: Settled | undefined;

  constructor(request: CommandRequest, last: LastById, id: string, earlier: Lane['earlier']) {
    this.request = request;
    this.last = last;
    this.id = id;
    this.earlier = earlier;
  }
}

/** The ids of the scopes that a command names; of the instance, the empty one. Malformed commands name none; they are refused when executed. */
const idsNamed = (
  command: Command,
): { readonly project: string | undefined; readonly group: string; readonly parent: string | undefined } => {
  const data = (command as { readonly data?: unknown } | null)?.data;
  const { project, group, parent } = (data ?? {}) as Readonly<Record<string, unknown>>;
  return { project: textOr(project, undefined), group: textOr(group, instance), parent: textOr(parent, undefined) };
};

const instance = '';

const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);
