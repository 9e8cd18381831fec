import { type Command, scopeKey } from '@integration-settings/domain';
import type { CommandRequest } from './command-handler.ts';
import { type ExecuteTogether, Gathering, type Settled } from './gathering.ts';

/** Lets each command begin when the earlier ones of the scopes that it names have ended. */
export class Lanes {
  readonly #gathering: Gathering;
  /** The last command for each scope. */
  readonly #last = new Map<string, Lane>();
  #underWay = 0;

  constructor(execute: ExecuteTogether) {
    this.#gathering = new Gathering(execute);
  }

  /** How many commands have not ended. */
  get underWay(): number {
    return this.#underWay;
  }

  enter(request: CommandRequest): Lane {
    const [subject, other] = scopesNamed(request.command);
    const earlier = [this.#last.get(subject), other === undefined ? undefined : this.#last.get(other)];
    const lane = new Lane(request, subject, earlier);
    this.#last.set(subject, lane);
    this.#underWay += 1;
    this.#goOn(lane);
    return lane;
  }

  /** How a command ended, which is then forgotten. */
  leave(lane: Lane): Settled {
    if (this.#last.get(lane.subject) === lane) this.#last.delete(lane.subject);
    return lane.settled!;
  }

  /** Begins what waits for nobody any more. */
  #goOn(lane: Lane): void {
    const before = lane.earlier.find((one) => one !== undefined && one.settled === undefined);
    if (before === undefined) {
      lane.earlier = none;
      lane.ended = this.#gathering.join(lane.request, (settled) => this.#end(lane, settled));
    } else (before.later ??= []).push(lane);
  }

  #end(lane: Lane, settled: Settled): void {
    lane.settled = settled;
    this.#underWay -= 1;
    for (const later of lane.later ?? []) this.#goOn(later);
  }
}

const none: Lane['earlier'] = [];

/** A command on its way. */
export class Lane {
  readonly request: CommandRequest;
  /** The scope that the command is for. */
  readonly subject: string;
  /** Those that go before it; none once it has begun. */
  earlier: readonly (Lane | undefined)[];
  /** Those that wait for it. */
  later: Lane[] | undefined;
  /** Resolves when it has ended; `undefined` while it waits, which the first of those that have not left does not. */
  ended: Promise<void> | undefined;
  /** How it ended. */
  settled: Settled | undefined;

  constructor(request: CommandRequest, subject: string, earlier: readonly (Lane | undefined)[]) {
    this.request = request;
    this.subject = subject;
    this.earlier = earlier;
  }
}

/** The scope a command is for, and another one that it names. Malformed commands name none; they are refused when executed. */
const scopesNamed = (command: Command): readonly [string, string | undefined] => {
  const data = (command as { readonly data?: unknown } | null)?.data;
  const { project, group, parent } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const groupKey = typeof group === 'string' ? scopeKey({ group }) : 'instance';
  if (typeof project === 'string') return [scopeKey({ project }), groupKey];
  return typeof parent === 'string' ? [groupKey, scopeKey({ group: parent })] : [groupKey, undefined];
};
