import type { FieldDefinition, GivenValue } from '@integration-settings/domain';
import { optionalFieldShare } from './assumptions.ts';
import { definitionOf } from './integration-types.ts';
import type { Random } from './random.ts';

export type Values = Readonly<Record<string, GivenValue>>;
type Named = readonly [name: string, field: FieldDefinition];

/** Values of fields that no value before was equal to, as far as a field's type allows; secrets are `secret-<n>` or end so, for a leak to be searched for. */
export class FieldValues {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Each required field, and some of the others. */
  complete(integration: string): Values {
    return this.#fill(
      fieldsOf(integration).filter(([, { required }]) => required === true || this.#random.chance(optionalFieldShare)),
    );
  }

  /** Another text in a field that is no secret nor part of a connection, sometimes a switch too; where there is no such field, everything anew. */
  changed(integration: string): Values {
    const texts = fieldsOf(integration).filter(isFreeText);
    if (texts.length === 0) return this.complete(integration);
    const switches = fieldsOf(integration).filter(([, { type }]) => type === 'boolean');
    const alsoSwitch = switches.length > 0 && this.#random.chance(0.5);
    return this.#fill([this.#random.pick(texts), ...(alsoSwitch ? [this.#random.pick(switches)] : [])]);
  }

  /** New secrets; where there is none that is required, as `changed`. */
  rotated(integration: string): Values {
    const secrets = fieldsOf(integration).filter(([, { secret, required }]) => secret === true && required === true);
    return secrets.length > 0 ? this.#fill(secrets) : this.changed(integration);
  }

  #fill(fields: readonly Named[]): Values {
    return Object.fromEntries(fields.map(([name, field]) => [name, this.#value(name, field)]));
  }

  #value(name: string, { type, secret, format, allowedValues }: FieldDefinition): GivenValue {
    if (allowedValues !== undefined) return this.#random.pick(allowedValues);
    if (type === 'boolean') return this.#random.chance(0.5);
    this.#count += 1;
    if (type === 'integer') return this.#count;
    const text = `${secret === true ? 'secret' : name.replaceAll('_', '-')}-${this.#count}`;
    const formatted =
      format === 'url' ? `https://host.example/${text}` : format === 'email' ? `${text}@host.example` : text;
    return type === 'string[]' ? [formatted] : formatted;
  }
}

const fieldsOf = (integration: string): readonly Named[] => Object.entries(definitionOf(integration).fields);

const isFreeText = ([, field]: Named): boolean =>
  (field.type === 'string' || field.type === 'string[]') &&
  field.allowedValues === undefined &&
  field.secret !== true &&
  field.endpoint !== true &&
  field.connection !== true;
