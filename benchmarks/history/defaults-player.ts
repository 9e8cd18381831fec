import type { Command } from '@integration-settings/domain';
import type { FieldValues, Values } from './field-values.ts';
import { integrationTypes } from './integration-types.ts';
import type { Deed } from './plan.ts';

/** Turns what happens to the defaults of the instance, or of a site's group, into commands, and knows what they are. */
export class DefaultsPlayer {
  readonly #values: FieldValues;
  readonly #siteGroup: (() => string | undefined) | undefined;
  readonly #current = new Map<number, Values>();
  #before: Values = {};

  /** @param siteGroup - the id of the site's group, where the defaults are a site's */
  constructor(values: FieldValues, siteGroup?: () => string | undefined) {
    this.#values = values;
    this.#siteGroup = siteGroup;
  }

  /** What a default says; `undefined` before its first set-up. */
  currentOf(type: number): Values | undefined {
    return this.#current.get(type);
  }

  play({ kind, detail }: Deed): Command {
    const integration = integrationTypes[detail]!;
    switch (kind) {
      case 'default set up':
        return this.#give(detail, { active: true, values: this.#values.complete(integration) });
      case 'credential rotated':
        return this.#give(detail, { values: this.#values.rotated(integration) });
      case 'default switched off':
      case 'default switched on':
        return this.#give(detail, { active: kind === 'default switched on' });
      case 'default corrected':
        return this.#give(detail, { values: this.#before });
      default:
        this.#before = this.#current.get(detail) ?? {};
        return this.#give(detail, { values: this.#values.changed(integration) });
    }
  }

  #give(type: number, given: { readonly active?: boolean; readonly values?: Values }): Command {
    this.#current.set(type, { ...this.#current.get(type), ...given.values });
    const data = { integration: integrationTypes[type]!, ...given };
    const group = this.#siteGroup?.();
    return group === undefined
      ? { type: 'SetInstanceDefault', data }
      : { type: 'SetGroupDefault', data: { group, ...data } };
  }
}
