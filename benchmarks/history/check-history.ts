import { type Command, describeBadValue } from '@integration-settings/domain';
import type { TimedCommand } from './history.ts';
import { definitions } from './integration-types.ts';

interface Place {
  readonly parent: string | null;
  readonly name: string;
}
interface GroupPlace extends Place {
  children: number;
}
type DataOf<T extends Command['type']> = Extract<Command, { readonly type: T }>['data'];

/**
 * Holds a history to what GitLab would accept, which the library, to which names are only texts, does not ask: time never runs
 * back, ids grow, nothing happens to what is not there, no two paths that are there are equal when case is ignored, and
 * fields, their types and the levels are those of the catalog.
 */
export class HistoryCheck {
  readonly #groups = new Map<string, GroupPlace>();
  readonly #projects = new Map<string, Place>();
  /** Of what is there: the parent's id and the name in lower case. */
  readonly #taken = new Set<string>();
  readonly #lastIds = { group: 0, project: 0 };
  #time = -Infinity;

  /** Passes a history on. @throws RangeError at the first command that breaks a rule */
  *through(history: Iterable<TimedCommand>): Generator<TimedCommand> {
    for (const timed of history) {
      if (timed.at.getTime() < this.#time) throw new RangeError(`Time runs back to ${timed.at.toISOString()}.`);
      this.#time = timed.at.getTime();
      this.#take(timed.command);
      yield timed;
    }
  }

  /** The paths of all projects, or groups, that are there, sorted. */
  paths(of: 'projects' | 'groups'): readonly string[] {
    const places = of === 'projects' ? this.#projects : this.#groups;
    return [...places.values()].map((place) => this.#pathOf(place)).toSorted();
  }

  #take(command: Command): void {
    switch (command.type) {
      case 'RegisterGroup':
      case 'RegisterProject':
        return this.#register(command);
      case 'TransferProject':
        return this.#moveProject(command.data.project, { parent: command.data.group });
      case 'RenameProject':
        return this.#moveProject(command.data.project, { name: command.data.name });
      case 'RenameGroup':
        return this.#renameGroup(command.data);
      case 'RemoveProject':
        this.#release(this.#project(command.data.project));
        this.#projects.delete(command.data.project);
        return;
      case 'RemoveGroup':
        return this.#removeGroup(command.data);
      default:
        return this.#checkSettings(command);
    }
  }

  #register({ type, data }: Extract<Command, { readonly type: 'RegisterGroup' | 'RegisterProject' }>): void {
    const kind = type === 'RegisterGroup' ? 'group' : 'project';
    const id = 'project' in data ? data.project : data.group;
    if (!(Number(id) > this.#lastIds[kind])) throw new RangeError(`The id ${id} of a ${kind} does not grow.`);
    this.#lastIds[kind] = Number(id);
    const place = { parent: 'project' in data ? data.group : data.parent, name: data.name ?? id };
    this.#occupy(place);
    if (kind === 'project') this.#projects.set(id, place);
    else this.#groups.set(id, { ...place, children: 0 });
  }

  #moveProject(id: string, to: Partial<Place>): void {
    const from = this.#project(id);
    const place = { ...from, ...to };
    this.#release(from);
    this.#occupy(place);
    this.#projects.set(id, place);
  }

  #renameGroup({ group: id, name }: DataOf<'RenameGroup'>): void {
    const group = this.#group(id);
    this.#release(group);
    this.#occupy({ parent: group.parent, name });
    this.#groups.set(id, { ...group, name });
  }

  #removeGroup({ group: id }: DataOf<'RemoveGroup'>): void {
    const group = this.#group(id);
    if (group.children > 0)
      throw new RangeError(`The group ${this.#pathOf(group)} is removed with ${group.children} in it.`);
    this.#release(group);
    this.#groups.delete(id);
  }

  #occupy(place: Place): void {
    if (place.parent !== null) this.#group(place.parent).children += 1;
    const key = keyOf(place);
    if (this.#taken.has(key)) throw new RangeError(`The path ${this.#pathOf(place)} is taken.`);
    this.#taken.add(key);
  }

  #release(place: Place): void {
    if (place.parent !== null) this.#group(place.parent).children -= 1;
    this.#taken.delete(keyOf(place));
  }

  #checkSettings({ type, data }: Command): void {
    const { integration, group, project, values } = data as {
      readonly integration: string;
      readonly group?: string | null;
      readonly project?: string;
      readonly values?: Readonly<Record<string, unknown>>;
    };
    if (typeof project === 'string') this.#project(project);
    else if (typeof group === 'string') this.#group(group);
    const level = typeof project === 'string' ? 'project' : typeof group === 'string' ? 'group' : 'instance';
    const definition = Object.hasOwn(definitions, integration) ? definitions[integration] : undefined;
    if (definition === undefined) throw new RangeError(`The catalog has no integration ${integration}.`);
    if (definition.levels?.includes(level) === false) {
      throw new RangeError(`${type}: ${integration} cannot be set at the level "${level}".`);
    }
    for (const [name, value] of Object.entries(values ?? {})) {
      const field = Object.hasOwn(definition.fields, name) ? definition.fields[name] : undefined;
      const fault = field === undefined ? 'is no field' : describeBadValue(field, value);
      if (fault !== undefined) throw new RangeError(`${type}: ${name} of ${integration} ${fault}.`);
    }
  }

  #group(id: string): GroupPlace {
    const group = this.#groups.get(id);
    if (group === undefined) throw new RangeError(`There is no group ${id}.`);
    return group;
  }

  #project(id: string): Place {
    const project = this.#projects.get(id);
    if (project === undefined) throw new RangeError(`There is no project ${id}.`);
    return project;
  }

  #pathOf({ parent, name }: Place): string {
    return parent === null ? name : `${this.#pathOf(this.#group(parent))}/${name}`;
  }
}

const keyOf = ({ parent, name }: Place): string => `${parent ?? ''}/${name.toLowerCase()}`;
