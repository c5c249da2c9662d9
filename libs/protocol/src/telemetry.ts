import type { GuardedCounts } from './guarded-counts.js';

/**
 * What an SDK instance reports about itself: `POST /sdk/v1/telemetry`, about every ten seconds, answered 202 without a
 * body. Counts, aggregated in the client: never single evaluations, contexts or names of users. Times are lengths and ages
 * on the client's monotonic clock, so that no clock has to be right but the server's.
 */
export const TELEMETRY_ROUTE = '/sdk/v1/telemetry';

/** Limits of a report; beyond them it is refused as a whole, with everything that is wrong with it. */
export const TELEMETRY_LIMITS = {
  /** Of a report without `answers`. */
  bodyBytes: 64 * 1024,
  /** Of a report with them and with what guards look at: as many of the longest names as may be in it fit. */
  answersBodyBytes: 3 * 1024 * 1024,
  counts: 32,
  outcomes: 16,
  nameChars: 64,
  idChars: 128,
  reasonChars: 300,
  /** Larger numbers are no counts of ten seconds. */
  count: 2 ** 40,
  /** A count older than this is history. */
  ageMs: 3_600_000,
  /** Different answers in one report. */
  answers: 2_000,
} as const;

/**
 * An answer to a report names here, in words parted by spaces, what may be in the next one beyond the first form of the
 * report. Who does not say it refuses a report that has it, as older servers do.
 */
export const TELEMETRY_TAKES_HEADER = 'guidon-takes';
/** The word for `answers`. */
export const TAKES_ANSWERS = 'answers';
/** The word for `guarded`. */
export const TAKES_GUARDED = 'guarded';

/** How often an SDK reports, before jitter. A server that hears nothing for three of these takes it for silent. */
export const TELEMETRY_PERIOD_MS = 10_000;

export interface TelemetryReport {
  readonly format: 1;
  /** Names the process, as in the header `Guidon-Instance`. */
  readonly instance: string;
  /** Names its start; another one for the same instance is a restart. */
  readonly boot: string;
  /** Tells the clients of one process apart: 1, 2, … */
  readonly client: number;
  /** 1 for the client's first report, then one more for each. A repetition after a failure keeps its number. */
  readonly sequence: number;
  readonly sdk: { readonly name: string; readonly version: string };
  /** Milliseconds since the process started. */
  readonly uptimeMs: number;
  /** Which environment the client believes to serve; absent while it has nothing. */
  readonly environment?: string;
  /** The ruleset in use; absent while there is none. */
  readonly applied?: RulesetMark;
  /** The newest ruleset that it was sent and did not keep, until it applies another one. */
  readonly refused?: RefusedRuleset;
  /** What was counted since the last report, oldest first; none is fine: the report alone says "alive". */
  readonly counts: readonly EvaluationCounts[];
  /** Counts that were thrown away because no report got through for too long. */
  readonly dropped: number;
  /** Which answers flags gave; only to servers that said that they take it. The same in every repetition. */
  readonly answers?: AnswerCounts;
  /** What guards of rollouts look at; only to servers that said that they take it. The same in every repetition. */
  readonly guarded?: GuardedCounts;
  /** The last report: the client was closed. */
  readonly closing?: true;
}

/** How often each flag gave each answer in one stretch of time, whatever the rulesets in use. No word about who asked. */
export interface AnswerCounts {
  /** How long ago the stretch ended, at the time of sending. */
  readonly ageMs: number;
  readonly lengthMs: number;
  readonly cells: readonly AnswerCell[];
  /** Answers that are in no cell: beyond `TELEMETRY_LIMITS.answers` different ones, or thrown away on the client. */
  readonly dropped: number;
}

/** One answer, and how often it was given. Each answer is in one cell only. */
export interface AnswerCell {
  readonly flag: string;
  readonly variant: string;
  /** The id of the rule that answered; absent: a rollout, everyone else, a requirement, a kill. */
  readonly rule?: string;
  readonly reason: CountedReason;
  /** At least 1. */
  readonly count: number;
}

export const COUNTED_REASONS = [
  'STATIC',
  'DEFAULT',
  'TARGETING_MATCH',
  'SPLIT',
  'DISABLED',
  'ERROR',
] as const;
export type CountedReason = (typeof COUNTED_REASONS)[number];

/** Identifies a ruleset within the life of a store. */
export interface RulesetMark {
  readonly lineage: string;
  readonly generation: number;
  readonly hash: string;
}

export interface RefusedRuleset {
  readonly lineage: string;
  readonly generation: number;
  /** `rejected`: it never came into use. `quarantined`: it broke in use, and an older one is in use again. */
  readonly result: 'rejected' | 'quarantined';
  /** In words, for people. */
  readonly reason: string;
}

/** What a client counted in one interval, with one ruleset in use from its beginning to its end. */
export interface EvaluationCounts {
  /** Absent: there was none. */
  readonly ruleset?: RulesetMark;
  /** How long ago the interval ended, at the time of sending. */
  readonly ageMs: number;
  readonly lengthMs: number;
  readonly evaluations: number;
  /** Evaluations that ended in an error, by code; codes without any may be left out. */
  readonly errors: { readonly [C in CountedError]?: number };
  /** Evaluations that were answered with the caller's coded default. */
  readonly defaultsServed: number;
  /** What the application itself reported, such as HTTP requests and how many failed. */
  readonly outcomes?: readonly OutcomeCounts[];
}

export const COUNTED_ERRORS = ['FLAG_NOT_FOUND', 'TYPE_MISMATCH', 'GENERAL', 'PROVIDER_NOT_READY'] as const;
export type CountedError = (typeof COUNTED_ERRORS)[number];

export interface OutcomeCounts {
  /** A lower-case name, dotted, e.g. `http.error`. */
  readonly outcome: string;
  readonly total: number;
  readonly bad: number;
}

/** The form of an outcome's name. */
export const OUTCOME_FORM = /^[a-z][a-z0-9_.-]{0,63}$/;
