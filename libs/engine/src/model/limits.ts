/** Upper bounds of the flag language. A file beyond one of them is refused with a finding, never truncated. */
export const LIMITS = {
  flags: 10_000,
  fileBytes: 1_048_576,
  rulesPerEnvironment: 100,
  variants: 50,
  variantJsonBytes: 65_536,
  listValues: 10_000,
  conditionDepth: 20,
  /** Nesting of YAML collections, checked before the schema so that a deep file cannot exhaust the stack. */
  yamlDepth: 64,
  /** One file reports at most so many findings; the last one says how many were left out. */
  findingsPerFile: 100,
} as const;

/** Native buckets: a percentage with three decimals is a whole number of them. */
export const TOTAL_PARTS = 100_000;

/** Flag keys; also not ending in `.test` and not `guidon` (sentence 1). */
export const KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
