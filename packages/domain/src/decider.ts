/** The pure three of event sourcing: what a command leads to, what an event changes, and what there is at first. */
export interface Decider<State, Command, Event, Surroundings = void> {
  readonly initialState: State;
  /** @throws CommandRejected; repeating a command that is already true gives no event */
  readonly decide: (command: Command, state: State, around: Surroundings) => readonly Event[];
  /** Total: an event that does not fit changes nothing. */
  readonly evolve: (state: State, event: Event) => State;
}

/** Folds events over a state, in their order. */
export const fold = <State, Event>(
  decider: { readonly initialState: State; readonly evolve: (state: State, event: Event) => State },
  events: Iterable<Event>,
  state: State = decider.initialState,
): State => {
  let folded = state;
  for (const event of events) folded = decider.evolve(folded, event);
  return folded;
};
