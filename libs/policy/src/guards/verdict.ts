/**
 * What a guard says. `fail` is an alarm; `inconclusive` is missing, old or too little data and never leads forward;
 * `error` is data or a setting that cannot be judged, and leads forward as little.
 */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/**
 * Why, for machines: `unproven` is data that is there and does not suffice, `no-data` and `stale` are none.
 * `not-applicable` passes: what the guard looks for cannot exist there, such as a share of a stage that has none.
 */
export type VerdictCause =
  | 'clear'
  | 'proven'
  | 'worse'
  | 'slower'
  | 'ceiling'
  | 'uneven'
  | 'rejected'
  | 'lost'
  | 'threshold'
  | 'no-data'
  | 'stale'
  | 'unproven'
  | 'not-applicable'
  | 'malformed';

export interface GuardVerdict<Evidence> {
  readonly verdict: Verdict;
  readonly cause: VerdictCause;
  /** One sentence, for the audit entry, the log and the console. */
  readonly reason: string;
  readonly evidence: Evidence;
}
