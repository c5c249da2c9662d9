import { z } from 'zod';
import { ARMS, GUARDED_LIMITS, type GuardedOutcome, HISTOGRAM_EDGES_MS } from '../guarded-counts.js';
import { TELEMETRY_LIMITS as LIMITS, OUTCOME_FORM } from '../telemetry.js';
import { count, key } from './count-schema.js';

const outcomeName = z
  .string()
  .regex(OUTCOME_FORM, 'a lower-case name such as http.error, at most 64 characters');
const sum = z
  .number()
  .min(-(2 ** 50))
  .max(2 ** 50);
/** Grows with the square of errors. */
const squares = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const bucket = z.tuple([z.int().min(0).max(HISTOGRAM_EDGES_MS.length), count.min(1)]);

const outcome = z
  .strictObject({
    outcome: outcomeName,
    calls: count,
    errors: count,
    errorSquares: squares,
    logSum: sum,
    logSquares: sum.min(0),
    buckets: z.array(bucket).max(HISTOGRAM_EDGES_MS.length + 1),
  })
  .refine(({ errors, calls }) => errors <= calls, {
    path: ['errors'],
    message: 'not more errors than calls',
  })
  .refine(({ errorSquares, errors }) => errorSquares >= errors, {
    path: ['errorSquares'],
    message: 'not less than the errors: a square is not below its root',
  })
  .refine((one) => isHistogram(one), {
    path: ['buckets'],
    message: 'each bucket once, and not more durations than calls',
  });

const cell = z
  .strictObject({
    flag: key,
    generation: z.int().min(0),
    arm: z.enum(ARMS),
    exposures: count,
    outcomes: z.array(outcome).max(GUARDED_LIMITS.outcomes),
  })
  .refine(({ outcomes }) => isEachOnce(outcomes.map((one) => one.outcome)), {
    path: ['outcomes'],
    message: 'each outcome once',
  });

/** `guarded` in a report. */
export const guardedSchema = z
  .strictObject({
    ageMs: z.number().min(0).max(LIMITS.ageMs),
    lengthMs: z.number().min(0).max(LIMITS.ageMs),
    cells: z.array(cell).max(GUARDED_LIMITS.cells),
    seen: z.array(outcomeName).max(GUARDED_LIMITS.seen),
    uncredited: count,
    dropped: count,
  })
  .refine(
    ({ cells }) => isEachOnce(cells.map(({ flag, generation, arm }) => `${flag} ${generation} ${arm}`)),
    { path: ['cells'], message: 'each flag, generation and arm once' },
  );

function isHistogram({ buckets, calls }: Pick<GuardedOutcome, 'buckets' | 'calls'>): boolean {
  const durations = buckets.reduce((total, [, one]) => total + one, 0);
  return isEachOnce(buckets.map(([index]) => index)) && durations <= calls;
}

function isEachOnce(names: readonly (string | number)[]): boolean {
  return new Set(names).size === names.length;
}
