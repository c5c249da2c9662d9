import type { z } from 'zod';

/** A type without `readonly` and with its parents written out, so that two spellings of one shape are the same. */
type Plain<T> = T extends readonly (infer U)[]
  ? Plain<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;

type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends <G>() => G extends B ? 1 : 2 ? true : false;

/**
 * Holds a schema to a wire type: `schemaOf<KeyDocument>()(z.object(…))` compiles only if every field is there, with its
 * type, and optional where it is optional. So what is documented is what the code answers with.
 */
export function schemaOf<T>() {
  return <S extends z.ZodType>(
    schema: S & (Same<Plain<z.output<S>>, Plain<T>> extends true ? unknown : 'differs from the wire type'),
  ): S => schema;
}
