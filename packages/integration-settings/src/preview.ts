import {
  type Command,
  evolveSettings,
  frozenResult,
  initialSettings,
  notAppended,
  PreviewOutdated,
  scopeOfSettingsCommand,
  scopeOfStructureCommand,
  type SettingsEventBody,
  targetOf,
} from '@integration-settings/domain';
import {
  affectedProjects,
  Alternative,
  type Comparison,
  countImpact,
  type Difference,
  type EffectiveSettingsView,
  maskedData,
  type ReadableSlice,
  type Sampled,
  sampled,
  slicesWithSettings,
  type Unaffected,
} from '@integration-settings/projections';
import { type DecidedEvent, isSettingsCommand } from './decide.ts';
import type { Impact } from './integration-settings.ts';

/** What an impact is counted on, now and as long as it may be asked for more. */
export interface PreviewedOn {
  readonly view: EffectiveSettingsView;
  /** @throws Closed */
  readonly requireOpen: () => void;
}

/** What events would change for projects, counted on the view as it is. */
export const impactOf = (
  { view, requireOpen }: PreviewedOn,
  command: Command,
  events: readonly DecidedEvent[],
): Impact => {
  const { position } = view;
  const slice = isSettingsCommand(command) ? view.slices.get(command.data.integration) : undefined;
  const impact = new PreviewedImpact(view, command, events);
  return frozenResult({
    position,
    ...impact.count(),
    events: Object.freeze(
      events.map(({ type, data }) => Object.freeze({ type, data: maskedData(data, slice?.view?.context.compiled) })),
    ),
    sample: (limit: number) => {
      requireOpen();
      return impact.sample(limit);
    },
    projects: () => {
      requireOpen();
      return impact.projects();
    },
  });
};

class PreviewedImpact {
  readonly #view: EffectiveSettingsView;
  readonly #command: Command;
  readonly #position: bigint;
  readonly #comparisons: readonly Comparison[];
  /** Of a registration: the integrations that the new project would inherit. */
  readonly #inherited: readonly ReadableSlice[];

  constructor(view: EffectiveSettingsView, command: Command, events: readonly DecidedEvent[]) {
    this.#view = view;
    this.#command = command;
    this.#position = view.position;
    this.#comparisons = comparisonsOf(view, command, events);
    this.#inherited = command.type === 'RegisterProject' && events.length > 0 ? slicesWithSettings(view) : [];
  }

  count(): Pick<Impact, 'affected' | 'incomplete' | 'unaffected'> {
    let affected = 0;
    let incomplete = 0;
    const unaffected: { -readonly [K in keyof Unaffected]: number } = {
      custom: 0,
      locked: 0,
      nearerDefault: 0,
      partial: 0,
      same: 0,
    };
    for (const comparison of this.#comparisons) {
      const counted = countImpact(comparison);
      affected += counted.affected;
      incomplete += counted.incomplete;
      for (const reason of reasons) unaffected[reason] += counted.unaffected[reason];
    }
    for (const slice of this.#inherited) {
      const { source, toggle, missing } = this.#inheritedFrom(slice);
      if (source === undefined) unaffected.same += 1;
      else affected += 1;
      if (toggle?.value === true && missing.length > 0) incomplete += 1;
    }
    return { affected, incomplete, unaffected: Object.freeze(unaffected) };
  }

  sample(limit: number): readonly Sampled[] {
    this.#requireCurrent();
    const samples: Sampled[] = [];
    for (const slice of this.#inherited) {
      const settings = this.#inheritedFrom(slice);
      if (settings.source === undefined || samples.length >= limit) continue;
      const after = slice.view.present('inherited', settings);
      samples.push(
        Object.freeze({ project: projectOf(this.#command), integration: slice.slug, before: undefined, after }),
      );
    }
    for (const comparison of this.#comparisons) {
      for (const number of affectedProjects(comparison)) {
        if (samples.length >= limit) return Object.freeze(samples);
        samples.push(sampled(comparison, number));
      }
    }
    return Object.freeze(samples);
  }

  /** Each project once, also where several of its integrations are affected. Checked at once, and again for each. */
  projects(): Iterable<string> {
    this.#requireCurrent();
    return this.#affectedProjects();
  }

  *#affectedProjects(): Generator<string> {
    if (this.#inherited.some((slice) => this.#inheritedFrom(slice).source !== undefined))
      yield projectOf(this.#command);
    const [only] = this.#comparisons;
    if (this.#comparisons.length === 1 && only !== undefined) {
      for (const number of affectedProjects(only)) {
        this.#requireCurrent();
        yield this.#view.tree.idOf(number);
      }
      return;
    }
    const seen = new Set<number>();
    for (const comparison of this.#comparisons) {
      for (const number of affectedProjects(comparison)) {
        this.#requireCurrent();
        if (seen.has(number)) continue;
        seen.add(number);
        yield this.#view.tree.idOf(number);
      }
    }
  }

  #inheritedFrom(slice: ReadableSlice): ReturnType<ReadableSlice['view']['passedDown']> {
    const target = isSettingsCommand(this.#command) ? undefined : targetOf(this.#command);
    return slice.view.passedDown(this.#view.tree.find(target ?? 'instance') ?? 0);
  }

  #requireCurrent(): void {
    if (this.#view.position === this.#position) return;
    const { recent, tree } = this.#view;
    const command = this.#command;
    const isOutdated = isSettingsCommand(command)
      ? recent.outdatesSettings(
          this.#position,
          tree.find(scopeOfSettingsCommand(command)) ?? 0,
          command.data.integration,
        )
      : recent.outdatesStructure(
          this.#position,
          [scopeOfStructureCommand(command), targetOf(command)]
            .map((scope) => (scope === undefined ? undefined : tree.find(scope)))
            .filter((number) => number !== undefined),
        );
    if (isOutdated) {
      throw new PreviewOutdated(
        `The impact was previewed at position ${this.#position}, and what it depends on has changed since.`,
      );
    }
  }
}

const reasons = ['custom', 'locked', 'nearerDefault', 'partial', 'same'] as const;

const projectOf = (command: Command): string => ('project' in command.data ? (command.data.project ?? '') : '');

const comparisonsOf = (
  view: EffectiveSettingsView,
  command: Command,
  events: readonly DecidedEvent[],
): readonly Comparison[] => {
  if (!isSettingsCommand(command)) return treeComparisons(view, command, events);
  const slice = view.slices.get(command.data.integration);
  const number = view.tree.find(scopeOfSettingsCommand(command));
  if (slice?.view === undefined || number === undefined) return [];
  const before = slice.own.stateOf(number);
  const state = (events as readonly SettingsEventBody[]).reduce(
    (folded, event) => evolveSettings(folded, event, notAppended),
    before ?? initialSettings,
  );
  const isErasure = state.era !== before.era;
  const difference = { number, state, ...(isErasure ? { era: state.era } : {}) };
  return [comparison(view, slice as ReadableSlice, isErasure ? 0 : number, difference)];
};

const treeComparisons = (
  view: EffectiveSettingsView,
  command: Exclude<Command, { readonly data: { readonly integration: string } }>,
  events: readonly DecidedEvent[],
): readonly Comparison[] => {
  const number = view.tree.find(scopeOfStructureCommand(command));
  if (number === undefined) return [];
  const slices = slicesWithSettings(view);
  switch (command.type) {
    case 'MoveGroup':
    case 'TransferProject': {
      const parent = events.length === 0 ? undefined : view.tree.find(targetOf(command) ?? 'instance');
      return slices.map((slice) =>
        comparison(view, slice, number, parent === undefined ? { number } : { number, parent }),
      );
    }
    case 'RemoveGroup':
    case 'RemoveProject':
      return events.length === 0 ? [] : slices.map((slice) => comparison(view, slice, number, { number, gone: true }));
    default:
      return slices.map((slice) => comparison(view, slice, number, { number }));
  }
};

const comparison = (
  view: EffectiveSettingsView,
  slice: ReadableSlice,
  root: number,
  difference: Difference,
): Comparison => ({
  view,
  slice,
  root,
  before: new Alternative(view, slice),
  after: new Alternative(view, slice, difference),
});
