import type { Command } from '@integration-settings/domain';
import type { DefaultsPlayer } from './defaults-player.ts';
import type { FieldValues, Values } from './field-values.ts';
import { integrationTypes } from './integration-types.ts';
import { groupsAbove } from './lives.ts';
import { sweepOf } from './plan-settings.ts';
import type { Deed } from './plan.ts';
import type { Places } from './tree-player.ts';

/** Turns what happens to the settings of groups and projects into commands; what does not fit the state (an edit after a return to the default) is left out. */
export class SettingsPlayer {
  readonly #places: Places;
  readonly #groupPaths: readonly string[];
  readonly #defaults: DefaultsPlayer;
  readonly #values: FieldValues;
  /** Paths of groups with a default, by integration. */
  readonly #groupDefaults = new Map<number, Set<string>>();
  /** Projects with own settings, by integration. */
  readonly #custom = new Map<number, Set<number>>();
  readonly #swept = new Map<number, Values>();

  /** @param groupPaths - what the subjects of deeds about groups number */
  constructor(places: Places, groupPaths: readonly string[], defaults: DefaultsPlayer, values: FieldValues) {
    this.#places = places;
    this.#groupPaths = groupPaths;
    this.#defaults = defaults;
    this.#values = values;
  }

  play(deed: Deed): Command | undefined {
    return deed.kind.startsWith('group') ? this.#playGroup(deed) : this.#playProject(deed);
  }

  #playGroup({ kind, subject, detail: type }: Deed): Command | undefined {
    const path = this.#groupPaths[subject]!;
    const group = this.#places.groupId(path);
    if (group === undefined) return undefined;
    const integration = integrationTypes[type]!;
    const withDefault = setOf(this.#groupDefaults, type);
    if (kind === 'group default removed') {
      withDefault.delete(path);
      return { type: 'ResetGroupDefault', data: { group, integration } };
    }
    withDefault.add(path);
    const isNew = kind === 'group default set';
    const values = isNew ? this.#values.complete(integration) : this.#values.changed(integration);
    return { type: 'SetGroupDefault', data: { group, integration, values, ...(isNew ? { active: true } : {}) } };
  }

  #playProject({ kind, subject, detail }: Deed): Command | undefined {
    const project = this.#places.projectId(subject);
    if (project === undefined) return undefined;
    const isScript = kind === 'sweep' || kind === 'bulk return to default';
    const type = isScript ? sweepOf(detail).type : detail;
    const integration = integrationTypes[type]!;
    const custom = setOf(this.#custom, type);
    if (kind === 'own settings set' || kind === 'sweep') {
      custom.add(subject);
      const values = kind === 'sweep' ? this.#valuesOfSweep(detail) : this.#values.complete(integration);
      return { type: 'SwitchToCustom', data: { project, integration, active: true, values } };
    }
    if (!custom.has(subject)) return undefined;
    if (kind === 'own settings edited') {
      const values = this.#values.changed(integration);
      return { type: 'ChangeCustomSettings', data: { project, integration, values } };
    }
    if (kind === 'switched off by hand') {
      return { type: 'ChangeCustomSettings', data: { project, integration, active: false } };
    }
    custom.delete(subject);
    return this.#inherits(subject, type)
      ? { type: 'SwitchToInherited', data: { project, integration } }
      : { type: 'ResetProjectSettings', data: { project, integration } };
  }

  #valuesOfSweep(sweep: number): Values {
    const { type, asDefault } = sweepOf(sweep);
    const known = this.#swept.get(sweep);
    if (known !== undefined) return known;
    const integration = integrationTypes[type]!;
    const given = asDefault ? this.#defaults.currentOf(type) : undefined;
    const values = given ?? this.#values.complete(integration);
    this.#swept.set(sweep, values);
    return values;
  }

  /** Whether there is a default above a project. */
  #inherits(project: number, type: number): boolean {
    if (this.#defaults.currentOf(type) !== undefined) return true;
    const groups = this.#groupDefaults.get(type);
    return groups !== undefined && groupsAbove(this.#places.pathOf(project)).some((path) => groups.has(path));
  }
}

const setOf = <T>(sets: Map<number, Set<T>>, type: number): Set<T> => {
  const known = sets.get(type) ?? new Set<T>();
  sets.set(type, known);
  return known;
};
