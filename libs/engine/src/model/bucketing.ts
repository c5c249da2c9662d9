/** Closed registry of bucketing algorithms (more come with the importers). */
export type BucketingAlgorithm = 'native' | 'flagd-v2';

/** How a unit is chosen and hashed; already resolved to the nearest `by`, `salt`, `bucketing` (sentence 26). */
export interface Bucketing {
  /** Attribute names; the first that is a non-empty string or an integer is the unit. */
  readonly by: readonly string[];
  /** Hashed before the unit; the empty string hashes the unit alone (`salt: none`). */
  readonly salt: string;
  readonly algorithm: BucketingAlgorithm;
}

/** A share of the units: `parts` of 100,000 (12.5 % is 12,500). 100,000 means everyone and needs no unit. */
export interface Share {
  readonly parts: number;
  readonly bucketing: Bucketing;
}

/**
 * A split in bucket order. Native weights are parts of 100,000 in code-point order of the variant names; an imported
 * list keeps its own order and total (sentence 30).
 */
export interface Split {
  readonly arms: readonly (readonly [variant: string, weight: number])[];
  readonly total: number;
  readonly bucketing: Bucketing;
}

export type Outcome = { readonly serve: string } | { readonly split: Split };
