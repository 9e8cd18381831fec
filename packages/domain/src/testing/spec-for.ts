import assert from 'node:assert/strict';
import { type Decider, fold } from '../decider.ts';
import { isCommandRejected, isIntegrationSettingsError, type RejectionReason } from '../errors.ts';
import type { Issue } from '../issue.ts';

type MaybeOptional<Surroundings> = undefined extends Surroundings ? [around?: Surroundings] : [around: Surroundings];

/** A command that met what was given; each step says what must have come of it, and throws an `AssertionError` where it has not. */
export interface Decided<Event> {
  /** Exactly these events, in this order. */
  thenEvents(...expected: readonly Event[]): void;
  /** The command was true already. */
  thenNothing(): void;
  /** A rejection with this reason and, where they are given, with issues of exactly these fields, in any order. */
  thenRejected(reason: RejectionReason, fields?: readonly string[]): readonly Issue[];
  /** Another error of the library, by its code. */
  thenFails(code: string): void;
}

/** A history that a command can meet. */
export interface Given<Command, Event, Surroundings> {
  /** Decides at once, and once. */
  when(command: Command, ...around: MaybeOptional<Surroundings>): Decided<Event>;
}

/**
 * Given events, when a command, then events or a rejection: a specification of any decider, in any test runner.
 *
 * @example
 * const given = specFor(settingsDeciderFor('jira', catalog.definitions.jira));
 * given().when(switchToInherited({ project: 'apollo' }, 'jira')).thenRejected('NoDefaultToInherit');
 */
export const specFor =
  <State, Command, Event, Surroundings>(decider: Decider<State, Command, Event, Surroundings>) =>
  (...events: readonly Event[]): Given<Command, Event, Surroundings> => ({
    when: (command, ...around) =>
      decided(() => decider.decide(command, fold(decider, events), around[0] as Surroundings)),
  });

const decided = <Event>(decide: () => readonly Event[]): Decided<Event> => {
  const outcome = outcomeOf(decide);
  const events = (): readonly Event[] => {
    if ('events' in outcome) return outcome.events;
    throw outcome.error;
  };
  const error = (): unknown => {
    if ('error' in outcome) return outcome.error;
    assert.fail(`Expected a refusal, found the events ${JSON.stringify(outcome.events)}.`);
  };
  return {
    thenEvents: (...expected) => assert.deepStrictEqual(events(), expected),
    thenNothing: () => assert.deepStrictEqual(events(), []),
    thenRejected: (reason, fields) => {
      const rejection = error();
      if (!isCommandRejected(rejection)) throw rejection;
      assert.equal(rejection.reason, reason, rejection.message);
      if (fields !== undefined) {
        assert.deepStrictEqual(rejection.issues.map(({ field }) => field).toSorted(), [...fields].toSorted());
      }
      return rejection.issues;
    },
    thenFails: (code) => {
      const failure = error();
      if (!isIntegrationSettingsError(failure)) throw failure;
      assert.equal(failure.code, code, failure.message);
    },
  };
};

const outcomeOf = <Event>(
  decide: () => readonly Event[],
): { readonly events: readonly Event[] } | { readonly error: unknown } => {
  try {
    return { events: decide() };
  } catch (error) {
    return { error };
  }
};
