import type { Catalog, FieldDefinition, FieldValue, GivenValue, GivenValues, SecretRef } from './definition.ts';

/** The slugs of a catalog. */
export type SlugOf<C extends Catalog> = keyof C['definitions'] & string;
/** The names of an integration's fields. */
export type FieldOf<C extends Catalog, I extends SlugOf<C>> = keyof FieldsOf<C, I> & string;
type FieldsOf<C extends Catalog, I extends SlugOf<C>> = C['definitions'][I]['fields'];

/**
 * Values in a read: present fields only, so each may be missing, also a required one.
 *
 * The types are those of the definition. A value that was stored as a secret before its definition stopped saying so is
 * a `SecretRef` all the same.
 */
export type ValuesOf<C extends Catalog, I extends SlugOf<C>> =
  string extends FieldOf<C, I>
    ? Readonly<Record<string, FieldValue>>
    : { readonly [F in FieldOf<C, I>]?: ValueOf<FieldsOf<C, I>[F]> };

/** A scope's own values in a read: as `ValuesOf`, and `null` where a field is own and empty. */
export type OwnValuesOf<C extends Catalog, I extends SlugOf<C>> =
  string extends FieldOf<C, I>
    ? Readonly<Record<string, FieldValue | null>>
    : { readonly [F in FieldOf<C, I>]?: ValueOf<FieldsOf<C, I>[F]> | null };

/** Values in a command: fields left out stay as they are, `null` empties one. A secret is its text, a mask or the `SecretRef` of what is there. */
export type GivenValuesOf<C extends Catalog, I extends SlugOf<C>> =
  string extends FieldOf<C, I> ? GivenValues : { readonly [F in FieldOf<C, I>]?: GivenValueOf<FieldsOf<C, I>[F]> };

type ValueOf<F extends FieldDefinition> = FieldDefinition extends F
  ? FieldValue
  : F extends { readonly secret: true }
    ? SecretRef
    : PlainValueOf<F>;

type GivenValueOf<F extends FieldDefinition> = FieldDefinition extends F
  ? GivenValue
  : F extends { readonly secret: true }
    ? string | SecretRef | null
    : PlainValueOf<F> | null;

type PlainValueOf<F extends FieldDefinition> = F extends { readonly allowedValues: readonly (infer Allowed)[] }
  ? F['type'] extends 'string[]'
    ? readonly Allowed[]
    : Allowed
  : ValueOfType[F['type']];

interface ValueOfType {
  readonly string: string;
  readonly boolean: boolean;
  readonly integer: number;
  readonly 'string[]': readonly string[];
}

/**
 * A read's shape as a catalog types it: one member for each slug, told apart by `integration` where it has that, with
 * `values` of its fields and `missing` of their names. With a catalog known at run time only it is the shape itself.
 *
 * @example
 * type EffectiveSettings<C extends Catalog, I extends SlugOf<C>> = ReadOf<C, I, LooseEffectiveSettings>;
 */
export type ReadOf<C extends Catalog, I extends SlugOf<C>, Shape extends object> =
  string extends SlugOf<C>
    ? Shape
    : I extends unknown
      ? {
          readonly [P in keyof Shape]: P extends 'integration'
            ? I
            : P extends 'values'
              ? null extends Shape[P][keyof Shape[P]]
                ? OwnValuesOf<C, I>
                : ValuesOf<C, I>
              : P extends 'missing'
                ? readonly FieldOf<C, I>[]
                : Shape[P];
        }
      : never;

/**
 * The catalog, as the first member of an interface that is generic in it: `Host<C>` is then assignable to `Host<Catalog>`.
 *
 * The compiler cannot measure how a mapped type with `-?` varies, so it compares such interfaces member by member; left to
 * measure, it would call them unrelated.
 *
 * @example
 * interface Host<C extends Catalog = Catalog> {
 *   readonly catalog: CatalogOf<C>;
 *   execute(command: CommandOf<C>): Promise<void>;
 * }
 */
export type CatalogOf<C extends Catalog> = Catalog<{
  readonly [I in keyof C['definitions']]-?: C['definitions'][I];
}>;
