import { setImmediate as turn } from 'node:timers/promises';
import { type Command, type CommandReceipt, scopeKey } from '@integration-settings/domain';
import type { CommandRequest } from './command-handler.ts';

type Settled = PromiseSettledResult<CommandReceipt>;

/** Executes commands that do not depend on each other; how each ends, in their order. What it rejects with is how all end. */
export type ExecuteTogether = (requests: readonly CommandRequest[]) => Promise<readonly Settled[]>;

/** Lets each command begin when the earlier ones of the scopes that it names have ended. */
export class Lanes {
  readonly #execute: ExecuteTogether;
  /** The last command for each scope. */
  readonly #last = new Map<string, Lane>();
  #gathering: Company | undefined;
  #underWay = 0;

  constructor(execute: ExecuteTogether) {
    this.#execute = execute;
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
    if (before === undefined) (this.#gathering ??= new Company((members) => this.#run(members))).join(lane);
    else (before.later ??= []).push(lane);
  }

  async #run(members: readonly Lane[]): Promise<void> {
    this.#gathering = undefined;
    const settled = await this.#execute(members.map(({ request }) => request)).catch((reason: unknown) =>
      members.map((): Settled => ({ status: 'rejected', reason })),
    );
    this.#underWay -= members.length;
    for (let index = 0; index < members.length; index += 1) members[index]!.settled = settled[index]!;
    for (const { later } of members) for (const lane of later ?? []) this.#goOn(lane);
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
  /** With whom it is executed; `undefined` while it waits, which the first of those that have not left does not. */
  company: Company | undefined;
  /** How it ended. */
  settled: Settled | undefined;

  constructor(request: CommandRequest, subject: string, earlier: readonly (Lane | undefined)[]) {
    this.request = request;
    this.subject = subject;
    this.earlier = earlier;
  }
}

/** Commands that begin in one turn of the event loop, and are executed together after it. */
class Company {
  readonly ended: Promise<void>;
  readonly #members: Lane[] = [];

  constructor(run: (members: readonly Lane[]) => Promise<void>) {
    this.ended = turn().then(() => run(this.#members));
  }

  join(lane: Lane): void {
    lane.company = this;
    lane.earlier = none;
    this.#members.push(lane);
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
