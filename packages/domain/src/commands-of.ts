import type { Catalog } from './catalog/definition.ts';
import type { FieldOf, GivenValuesOf, SlugOf } from './catalog/values-of.ts';
import type { Commands } from './commands.ts';

/** There at compile time only: see `NamesFields`. */
declare const namesFields: unique symbol;

/**
 * Remembers in the type of a command which fields its values name; at run time there is no such key.
 *
 * An object may have more properties than its type, so a misspelt field in values that a creator was given would go
 * unnoticed: this makes the names themselves comparable.
 */
export interface NamesFields<Field extends string> {
  readonly [namesFields]?: Field;
}

/** A command as a catalog types it: one member for each type and slug, told apart by `type` and `data.integration`. */
export type CommandOf<C extends Catalog, T extends keyof Commands = keyof Commands> = {
  [K in T]: { readonly type: K; readonly data: DataOf<C, Commands[K]> };
}[T];

type DataOf<C extends Catalog, Data> = Data extends { readonly integration: string }
  ? { [I in SlugOf<C>]: SettingsDataOf<C, I, Data> }[SlugOf<C>]
  : Data;

type SettingsDataOf<C extends Catalog, I extends SlugOf<C>, Data> = Data extends { readonly values?: unknown }
  ? TypedData<C, I, Data> & NamesFields<FieldOf<C, I>>
  : TypedData<C, I, Data>;

type TypedData<C extends Catalog, I extends SlugOf<C>, Data> = {
  readonly [P in keyof Data]: P extends 'integration'
    ? I
    : P extends 'values'
      ? GivenValuesOf<C, I>
      : P extends 'fields'
        ? readonly (FieldOf<C, I> | 'active')[]
        : Data[P];
};
