import type { CountedReason } from './telemetry.js';

/** `GET /api/v1/usage?environment=&flag=&hours=24`. */
export const USAGE_ROUTE = '/api/v1/usage';

/** Counts are kept for so long, and so many hours can be asked for. */
export const USAGE_HOURS = { usual: 24, most: 168 } as const;

/**
 * Which answers flags gave, as SDKs counted them: never who asked. Evaluations are not users, and one that asks often counts
 * often. Everything that was counted up to some seconds ago is in it.
 */
export interface UsageDocument {
  /** How many whole hours before the present one were asked for. */
  readonly hours: number;
  /** In code-point order of names; one without any counts is here with an empty list. */
  readonly environments: readonly EnvironmentUsage[];
}

export interface EnvironmentUsage {
  readonly environment: string;
  /** What of the hours asked for is really covered; null: nothing was counted. */
  readonly covered: CoveredWindow | null;
  /** Evaluations that SDKs counted without saying of what: beyond the bound of different answers, or thrown away. */
  readonly dropped: number;
  /** Names of outcomes that came in within the last 24 hours; absent: the server does not tell. */
  readonly outcomes?: readonly string[];
  /** In code-point order of flags, most evaluations first within a flag. */
  readonly answers: readonly AnswerUsage[];
}

export interface CoveredWindow {
  /** When the first of the counts began and the last ended, as instants; hours are counted whole. */
  readonly from: string;
  readonly to: string;
  /** SDK instances (processes) whose counts are in it. */
  readonly instances: number;
}

/** How often one flag gave one answer. */
export interface AnswerUsage {
  readonly flag: string;
  readonly variant: string;
  /** The id of the rule that answered; absent: a rollout, everyone else, a requirement, a kill. */
  readonly rule?: string;
  readonly reason: CountedReason;
  readonly evaluations: number;
}
