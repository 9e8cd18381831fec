import type { Commands, ScopeRef } from '@integration-settings/domain';

/** Who does something. Ids are pseudonymous: they are stored with every event. */
export interface Actor {
  readonly id: string;
  /** `['instance']`: the instance administrator. */
  readonly administers: readonly ScopeRef[];
  /** May reveal every secret and command nothing. */
  readonly delivers?: true;
}

/** For a host's delivery: may reveal everything and command nothing. */
export const deliveryActor = (id = 'delivery'): Actor =>
  Object.freeze({ id, administers: Object.freeze([]), delivers: true });

export interface AuthorizationRequest {
  readonly actor: Actor;
  readonly action: keyof Commands | 'reveal';
  /** All of them must be administered; one, a secret's origin, when revealing. */
  readonly scopes: readonly ScopeRef[];
  /** A removed scope lies below nothing but the instance. */
  isAtOrBelow(scope: ScopeRef, ancestor: ScopeRef): boolean;
}

/** Decides whether somebody may. */
export type Authorize = (request: AuthorizationRequest) => boolean | Promise<boolean>;

/** Who administers a scope, or one above it, may command it; who delivers may reveal everything and command nothing. */
export const standardAuthorization: Authorize = (request) => {
  const { actor, action, scopes } = request;
  if (actor.delivers === true) return action === 'reveal';
  for (const scope of scopes) if (!administersAbove(request, actor, scope)) return false;
  return true;
};

/** With loops, as the function that calls it: every command is asked for, and closures would add a thirtieth to its garbage. */
const administersAbove = (request: AuthorizationRequest, { administers }: Actor, scope: ScopeRef): boolean => {
  for (const administered of administers) if (request.isAtOrBelow(scope, administered)) return true;
  return false;
};

/** For scripts: everybody may everything. */
export const allowAll: Authorize = () => true;
