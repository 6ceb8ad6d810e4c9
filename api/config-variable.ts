import type { TSchema } from 'typebox';

/** What a variable may be, for its schema, its table row and its error in one place. */
interface Facts {
  /** As a user would write it; absent where there is none. */
  readonly default?: string;
  /** For people, in Russian. */
  readonly meaning: string;
  /** What a right value looks like, in Russian. */
  readonly expected: string;
  /** Never printed. May also be given as a file: `<NAME>_FILE`. */
  readonly secret?: boolean;
}

export type Variable = { readonly schema: TSchema } & Facts;

/** One variable of the environment; keeps the literal types of its schema and facts. */
export const variable = <const Schema extends TSchema, const Given extends Facts>(
  schema: Schema,
  facts: Given,
) => ({
  schema,
  ...facts,
});
