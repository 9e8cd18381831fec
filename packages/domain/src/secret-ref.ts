import type { SecretRef } from './catalog/definition.ts';
import type { SecretIdentity } from './events.ts';
import type { ScopeRef } from './scope.ts';

/** What stands for a secret wherever one is shown, and for "unchanged" where it is submitted. */
export const mask = '********';

/** A secret as reads hand it out. However it is printed, only the mask shows; its era is not part of the shape. */
export class SecretMark implements SecretRef {
  readonly id: string;
  readonly origin: ScopeRef;
  readonly #era: number;

  constructor(identity: SecretIdentity) {
    this.id = identity.id;
    this.origin = Object.freeze(identity.origin);
    this.#era = identity.era;
    Object.freeze(this);
  }

  /** How often the origin's secrets had been erased when this one was entered. */
  get era(): number {
    return this.#era;
  }

  toJSON(): '********' {
    return mask;
  }

  toString(): '********' {
    return mask;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask;
  }
}

/** Whether a value is a secret in a read, of whatever copy of the package. */
export const isSecretRef = (value: unknown): value is SecretRef =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  typeof (value as SecretRef).id === 'string' &&
  'origin' in value &&
  typeof (value as SecretRef).toJSON === 'function' &&
  (value as SecretRef).toJSON() === mask;
