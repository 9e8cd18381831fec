import {
  type CompiledDefinition,
  type Mode,
  nothingAbove,
  type Part,
  type ReadingContext,
  type Resolved,
  resolveStep,
  sameFieldValue,
  type ScopeRef,
  type Settings,
  type SettingsState,
} from '@integration-settings/domain';
import { v5 as uuidV5 } from 'uuid';
import type { EffectiveSettings } from '../read-model.ts';
import type { OwnEntry, OwnIndex } from './own-index.ts';
import { presentSettings } from './present.ts';
import { instance, type Tree } from './tree.ts';
import { ObjectPages } from './pages.ts';

/** The UUID in which this library makes name-based ids. */
export const idNamespace = '26c51fa0-4d19-4633-a99d-7d2d2437c5a7';

/** What a group passes down, and what whoever inherits it shows: one object for all of them, made when first asked for. */
class Passed {
  readonly settings: Settings;
  readonly #compiled: CompiledDefinition;
  #previous: EffectiveSettings | undefined;
  #inherited: EffectiveSettings | undefined;

  /** @param previous - what is shown so far to those who will be shown this */
  constructor(compiled: CompiledDefinition, settings: Settings, previous?: EffectiveSettings) {
    this.#compiled = compiled;
    this.settings = settings;
    this.#previous = previous;
  }

  /** What was handed out, of this or of what it replaced. */
  get shown(): EffectiveSettings | undefined {
    return this.#inherited ?? this.#previous;
  }

  get inherited(): EffectiveSettings {
    if (this.#inherited === undefined) {
      const mode = this.settings.source === undefined ? 'unconfigured' : 'inherited';
      this.#inherited = presentSettings(this.#compiled, mode, this.settings, this.#previous);
      this.#previous = undefined;
    }
    return this.#inherited;
  }
}

/** What a scope with own settings or a lock resolved to, as long as what it inherits and what it says stay the same. */
interface Node {
  readonly scope: ScopeRef;
  /** What the scope says; a change of it is seen here. */
  readonly entry: OwnEntry;
  readonly state: SettingsState;
  readonly above: Settings;
  /** How many erasures it has seen. */
  readonly erasures: number;
  readonly resolved: Resolved;
  readonly effective: EffectiveSettings;
  readonly passed: Passed;
}

/**
 * What is effective for one integration, resolved when read and remembered by the identity of what it was made from.
 *
 * A change of a default touches one document: the scopes that inherit it hold nothing that could be out of date.
 */
export class IntegrationView {
  readonly context: ReadingContext;
  readonly #tree: Tree;
  readonly #own: OwnIndex;
  readonly #root: Passed;
  readonly #nodes = new Map<number, Node>();
  readonly #passed = new ObjectPages<Passed>();
  #erasures = 0;

  constructor(compiled: CompiledDefinition, tree: Tree, own: OwnIndex) {
    this.#tree = tree;
    this.#own = own;
    this.context = {
      compiled,
      eraOf: (origin: ScopeRef): number => {
        const number = tree.find(origin);
        return number === undefined ? 0 : own.stateOf(number).era;
      },
      clearSecretId: (eventId, field) => uuidV5(`${eventId}/${field}`, idNamespace),
    };
    this.#root = new Passed(compiled, nothingAbove);
  }

  /** What holds at a scope; `undefined` where it was removed, or a group above it. */
  find(number: number): EffectiveSettings | undefined {
    const parent = this.#tree.parentOfPlainProject(number);
    if (parent !== -1) {
      const passed = this.#passed.get(parent);
      if (passed !== undefined) return passed.inherited; // only groups that are there are remembered
    } else if (number !== instance && !this.#tree.isMarkedRemoved(number)) {
      const passed = this.#passed.get(this.#tree.parentOf(number));
      const node = this.#nodes.get(number);
      if (passed !== undefined && node !== undefined && this.#isCurrent(node, passed)) return node.effective;
    }
    return this.#tree.isPresent(number) ? this.effective(number) : undefined;
  }

  /** What holds at a scope that is there. */
  effective(number: number): EffectiveSettings {
    if (this.#says(number)) return this.#node(number).effective;
    return (number === instance ? this.#root : this.#passedBy(this.#tree.parentOf(number))).inherited;
  }

  /** What a scope inherits: of the instance, nothing. */
  above(number: number): Settings {
    return number === instance ? nothingAbove : this.#passedBy(this.#tree.parentOf(number)).settings;
  }

  /** What a group, or the instance, passes down. */
  passedDown(number: number): Settings {
    return this.#passedBy(number).settings;
  }

  resolved(number: number): Resolved {
    if (this.#says(number)) return this.#node(number).resolved;
    return resolveStep(this.context, this.above(number), {
      scope: this.#tree.refOf(number),
      state: this.#own.stateOf(number),
    });
  }

  /** Settings as somebody shows them who is not in the view: of a moment, or of what a command would do. */
  present(mode: Mode, settings: Settings): EffectiveSettings {
    return presentSettings(this.context.compiled, mode, settings);
  }

  /** Forgets what groups pass down: after an event of a group or the instance, or a change of the tree above projects. What is unchanged will be found so again. */
  forgetPassedDown(): void {
    this.#passed.clear();
  }

  /** Reads every document again when it is next asked for: after an erasure, which reaches documents anywhere. */
  readAgain(): void {
    this.#passed.clear();
    this.#erasures += 1;
  }

  #passedBy(number: number): Passed {
    const known = this.#passed.get(number);
    if (known !== undefined) return known;
    let passed = this.#root;
    if (this.#says(number)) passed = this.#node(number).passed;
    else if (number !== instance) passed = this.#passedBy(this.#tree.parentOf(number));
    if (this.#tree.isPresent(number)) this.#passed.set(number, passed);
    return passed;
  }

  /** Whether a scope adds anything to what it inherits. */
  #says(number: number): boolean {
    const state = this.#own.get(number)?.state;
    return state !== undefined && (state.own !== undefined || state.lock !== undefined);
  }

  #isCurrent({ entry, state, above, erasures }: Node, passed: Passed): boolean {
    return entry.state === state && above === passed.settings && erasures === this.#erasures;
  }

  /** Of a scope that says something. */
  #node(number: number): Node {
    const above = number === instance ? this.#root : this.#passedBy(this.#tree.parentOf(number));
    const previous = this.#nodes.get(number);
    if (previous !== undefined && this.#isCurrent(previous, above)) return previous;
    const entry = this.#own.get(number)!;
    const { state } = entry;
    const erasures = this.#erasures;
    const scope = previous?.scope ?? this.#tree.refOf(number);
    const resolved = resolveStep(this.context, above.settings, { scope, state });
    const node: Node = {
      above: above.settings,
      erasures,
      entry,
      state,
      scope,
      resolved,
      effective: this.#effectiveOf(resolved, above, previous),
      passed: this.#passedOf(resolved, above, previous),
    };
    this.#nodes.set(number, node);
    return node;
  }

  #effectiveOf(resolved: Resolved, above: Passed, previous: Node | undefined): EffectiveSettings {
    const { mode, settings } = resolved;
    if (settings === above.settings) return above.inherited;
    if (
      previous !== undefined &&
      previous.resolved.mode === mode &&
      sameMaterial(previous.resolved.settings, settings)
    ) {
      return previous.effective;
    }
    return presentSettings(this.context.compiled, mode, settings, previous?.effective);
  }

  #passedOf(resolved: Resolved, above: Passed, previous: Node | undefined): Passed {
    const { passedDown } = resolved;
    if (passedDown === above.settings) return above;
    if (previous !== undefined && sameMaterial(previous.passed.settings, passedDown)) return previous.passed;
    const locksOnly = passedDown.slots === above.settings.slots;
    return new Passed(this.context.compiled, passedDown, locksOnly ? above.inherited : previous?.passed.shown);
  }
}

/** Whether the same documents and locks are in use, and an erasure has left them the same values. */
const sameMaterial = (one: Settings, other: Settings): boolean =>
  sameParts(one.parts, other.parts) &&
  [...one.slots].every(([name, { value }]) => sameFieldValue(value, other.slots.get(name)?.value));

const sameParts = (one: readonly Part[], other: readonly Part[]): boolean =>
  one.length === other.length && one.every((part, index) => part === other[index]);
