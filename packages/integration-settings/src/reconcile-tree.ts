import {
  decideStructure,
  idOf,
  NotAuthorized,
  scopeKey,
  scopeOfStructureCommand,
  type ScopeRef,
  type StructureCommand,
  type StructureState,
  targetOf,
} from '@integration-settings/domain';
import type { EffectiveSettingsView } from '@integration-settings/projections';
import type { AuthorizationRequest, Authorize } from './authorization.ts';
import type { CommandRequest } from './command-handler.ts';
import { parseRequest } from './command-options.ts';
import type { ExecuteTogether, Settled } from './gathering.ts';
import { scopesToAdminister } from './scopes-to-administer.ts';

type Scope = Exclude<ScopeRef, 'instance'>;

/** The tree that a reconciliation brings in step: as it is, or as a dry run would have made it. */
export interface ReconciledTree {
  exists(scope: ScopeRef): boolean;
  stateOf(scope: Scope): StructureState;
  /** The nearest scope above that the view has a number for. */
  parentOf(number: number): number;
  /** Takes commands about the tree. */
  readonly execute: ExecuteTogether<unknown>;
}

/** The tree as it is. */
export const liveTree = (view: EffectiveSettingsView, execute: ExecuteTogether): ReconciledTree => ({
  exists: (scope) => view.exists(scope),
  stateOf: (scope) => view.structureOf(scope).state,
  parentOf: (number) => view.tree.parentOf(number),
  execute,
});

/** The tree as commands would have made it: they are authorised and decided on it, and nothing is appended. */
export class DraftTree implements ReconciledTree {
  readonly #view: EffectiveSettingsView;
  readonly #authorize: Authorize;
  /** What commands would have changed, by the key of the scope. */
  readonly #changed = new Map<string, StructureState>();

  constructor(view: EffectiveSettingsView, authorize: Authorize) {
    this.#view = view;
    this.#authorize = authorize;
  }

  exists(scope: ScopeRef): boolean {
    return scope === 'instance' || this.stateOf(scope).status === 'present';
  }

  stateOf(scope: Scope): StructureState {
    return this.#changed.get(scopeKey(scope)) ?? this.#view.structureOf(scope).state;
  }

  parentOf(number: number): number {
    const { tree } = this.#view;
    let state = this.#changed.get(scopeKey(tree.refOf(number)));
    while (state?.status === 'present') {
      const known = tree.find(state.parent);
      if (known !== undefined) return known;
      state = this.#changed.get(scopeKey(state.parent));
    }
    return tree.parentOf(number);
  }

  /** As the command handler does: what is refused is decided again on what became of the others. */
  readonly execute = async (requests: readonly CommandRequest[]): Promise<readonly Settled<unknown>[]> => {
    const settled: Settled<unknown>[] = [];
    const refused = await this.#pass([...requests.entries()], settled);
    await this.#pass(refused, settled);
    return settled;
  };

  /**
   * Decides all on the tree before any of them, and then each on the tree that its event would meet.
   *
   * @param settled - filled by place
   * @returns those refused on the tree before any of them
   */
  async #pass(requests: readonly Placed[], settled: Settled<unknown>[]): Promise<readonly Placed[]> {
    const refused: Placed[] = [];
    const decided: { readonly place: number; readonly command: StructureCommand }[] = [];
    const admitted = await Promise.allSettled(requests.map(([, request]) => this.#admit(request)));
    for (const [index, [place, request]] of requests.entries()) {
      const admission = admitted[index]!;
      try {
        if (admission.status === 'rejected') throw admission.reason;
        this.#requireFit(admission.value);
        decided.push({ place, command: admission.value });
      } catch (reason) {
        settled[place] = { status: 'rejected', reason };
        refused.push([place, request]);
      }
    }
    for (const { place, command } of decided) {
      try {
        this.#requireFit(command);
        const scope = scopeOfStructureCommand(command);
        this.#changed.set(scopeKey(scope), stateAfter(command, this.stateOf(scope)));
        settled[place] = { status: 'fulfilled', value: undefined };
      } catch (reason) {
        settled[place] = { status: 'rejected', reason };
      }
    }
    return refused;
  }

  /** @throws CommandRejected `InvalidCommand`, NotAuthorized */
  async #admit(given: CommandRequest): Promise<StructureCommand> {
    const { command, options } = parseRequest(given.command, given.options);
    options.signal?.throwIfAborted();
    const scopes = scopesToAdminister(command);
    const request = { actor: options.actor, action: command.type, scopes, isAtOrBelow: this.#isAtOrBelow };
    if (!(await this.#authorize(request))) throw new NotAuthorized(options.actor.id, command.type, scopes);
    return command as StructureCommand;
  }

  /** @throws CommandRejected */
  #requireFit(command: StructureCommand): void {
    const scope = scopeOfStructureCommand(command);
    const target = targetOf(command);
    decideStructure(command, this.stateOf(scope), {
      targetExists: target === undefined || this.exists(target),
      targetIsBelow: target !== undefined && this.#isAtOrBelow(target, scope),
    });
  }

  readonly #isAtOrBelow: AuthorizationRequest['isAtOrBelow'] = (scope, ancestor) => {
    if (ancestor === 'instance') return true;
    const above = scopeKey(ancestor);
    /** Moves of others, which the view sees meanwhile, may close a circle with those that would be made. */
    const met = new Set<string>();
    for (let at = scope; at !== 'instance' && !met.has(scopeKey(at));) {
      const state = this.stateOf(at);
      if (state.status !== 'present') return false;
      if (scopeKey(at) === above) return true;
      met.add(scopeKey(at));
      at = state.parent;
    }
    return false;
  };
}

type Placed = readonly [place: number, request: CommandRequest];

/** What a command that is not refused makes of a scope. */
const stateAfter = (command: StructureCommand, state: StructureState): StructureState => {
  const parent = targetOf(command) ?? 'instance';
  switch (command.type) {
    case 'RegisterGroup':
    case 'RegisterProject':
      return { status: 'present', parent, name: command.data.name ?? idOf(scopeOfStructureCommand(command)) };
    case 'MoveGroup':
    case 'TransferProject':
      return state.status === 'present' ? { ...state, parent } : state;
    case 'RenameGroup':
    case 'RenameProject':
      return state.status === 'present' ? { ...state, name: command.data.name } : state;
    case 'RemoveGroup':
    case 'RemoveProject':
      return { status: 'removed' };
    default:
      return command satisfies never;
  }
};
