export type Severity = 'error' | 'warning';

/** One problem in one file. Lines and columns start at 1 and point at the offending text. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** JSON pointer into the document, e.g. `/environments/production/rules/0/when`; empty for the whole file. */
  readonly pointer: string;
  /** A code from `FINDING_CODES` in `@guidon/engine/schema`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence that says what is wrong, with the offending value. */
  readonly sentence: string;
  /** One sentence that says how to mend it. */
  readonly fix?: string;
}
