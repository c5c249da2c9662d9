/**
 * Conditions in canonical form: desugared, typed, plain JSON. `load` produces them from YAML, rulesets carry them,
 * `compile` turns them into functions. Shorthand (a plain value, a list) does not survive `load`.
 */
export type AttributeType = 'string' | 'number' | 'boolean' | 'semver' | 'date' | 'ip';

export type Condition =
  | { readonly op: 'all'; readonly of: readonly Condition[] }
  | { readonly op: 'any'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition }
  /** Any of these segments. */
  | { readonly op: 'segment'; readonly any: readonly string[] }
  /** Another flag, for the same context, serves one of these variants. */
  | { readonly op: 'flag'; readonly flag: string; readonly variants: readonly string[] }
  | {
      readonly op: 'exists';
      readonly attribute: string;
      readonly type: AttributeType;
      readonly exists: boolean;
    }
  | StringCondition
  | NumberCondition
  | SemverCondition
  | DateCondition
  | { readonly op: 'boolean'; readonly attribute: string; readonly is: boolean }
  /** Addresses or CIDR blocks, v4 or v6, as text. */
  | { readonly op: 'ip'; readonly attribute: string; readonly in: readonly string[] };

export interface StringCondition {
  readonly op: 'string';
  readonly attribute: string;
  /** `is` arrives as `in` with one value. `matches` has one value, a pattern for a linear-time engine, unanchored. */
  readonly test: 'in' | 'startsWith' | 'endsWith' | 'contains' | 'matches';
  readonly values: readonly string[];
  readonly ignoreCase?: true;
}

export interface NumberCondition {
  readonly op: 'number';
  readonly attribute: string;
  readonly test: 'in' | 'lt' | 'lte' | 'gt' | 'gte';
  readonly values: readonly number[];
}

export interface SemverCondition {
  readonly op: 'semver';
  readonly attribute: string;
  readonly test: 'in' | 'lt' | 'lte' | 'gt' | 'gte';
  /** Three-part versions as in the file, e.g. `2.10.0` or `2.10.0-rc.1`. */
  readonly values: readonly string[];
}

export interface DateCondition {
  readonly op: 'date';
  /** A declared attribute, or `now`: the time passed to `evaluate` beside the context. */
  readonly attribute: string;
  readonly test: 'lt' | 'lte' | 'gt' | 'gte';
  /** Milliseconds since the epoch. */
  readonly value: number;
}
