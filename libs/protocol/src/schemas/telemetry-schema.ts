import { z } from 'zod';
import { COUNTED_ERRORS, COUNTED_REASONS, TELEMETRY_LIMITS as LIMITS, OUTCOME_FORM } from '../telemetry.js';
import { count, key } from './count-schema.js';
import { guardedSchema } from './guarded-schema.js';

const id = z.string().regex(/^[\w.:-]{1,128}$/, 'letters, digits and . _ : - only, 1 to 128 of them');
/** No control characters and no halves of a pair: they end up in logs and in the database. */
const text = z
  .string()
  .min(1)
  .regex(/^\P{C}*$/u, 'printable characters only');
const name = text.max(LIMITS.nameChars);
const ordinal = z.int().min(1);
const generation = z.int().min(0);
const lineage = z.string().regex(/^[A-Za-z0-9]{1,64}$/, 'letters and digits only, 1 to 64 of them');

const ruleset = z.strictObject({
  lineage,
  generation,
  hash: z.string().regex(/^[0-9a-f]{32}$/, 'a hash of 32 lower-case hexadecimal digits'),
});

const outcome = z
  .strictObject({
    outcome: z.string().regex(OUTCOME_FORM, 'a lower-case name such as http.error, at most 64 characters'),
    total: count,
    bad: count,
  })
  .refine(({ total, bad }) => bad <= total, { path: ['bad'], message: 'not more bad than there are' });

const counts = z
  .strictObject({
    ruleset: ruleset.optional(),
    ageMs: z.number().min(0).max(LIMITS.ageMs),
    lengthMs: z.number().min(0).max(LIMITS.ageMs),
    evaluations: count,
    errors: z.partialRecord(z.enum(COUNTED_ERRORS), count),
    defaultsServed: count,
    outcomes: z.array(outcome).max(LIMITS.outcomes).optional(),
  })
  .refine(({ errors, evaluations }) => sum(Object.values(errors)) <= evaluations, {
    path: ['errors'],
    message: 'not more errors than evaluations',
  })
  .refine(({ defaultsServed, evaluations }) => defaultsServed <= evaluations, {
    path: ['defaultsServed'],
    message: 'not more defaults than evaluations',
  })
  .refine(({ outcomes = [] }) => new Set(outcomes.map((one) => one.outcome)).size === outcomes.length, {
    path: ['outcomes'],
    message: 'each outcome once',
  });

const cell = z.strictObject({
  flag: key,
  variant: key,
  rule: key.optional(),
  reason: z.enum(COUNTED_REASONS),
  count: count.min(1),
});

const answers = z
  .strictObject({
    ageMs: z.number().min(0).max(LIMITS.ageMs),
    lengthMs: z.number().min(0).max(LIMITS.ageMs),
    cells: z.array(cell).max(LIMITS.answers),
    dropped: count,
  })
  .refine(({ cells }) => new Set(cells.map(nameOf)).size === cells.length, {
    path: ['cells'],
    message: 'each answer once',
  });

function nameOf({ flag, variant, rule = '', reason }: z.infer<typeof cell>): string {
  return `${flag} ${variant} ${rule} ${reason}`;
}

/** Body of `POST /sdk/v1/telemetry`. One bad entry refuses all of it: half a report would look like good news. */
export const telemetrySchema = z.strictObject({
  format: z.literal(1),
  instance: id,
  boot: id,
  client: ordinal,
  sequence: ordinal,
  sdk: z.strictObject({ name, version: name }),
  uptimeMs: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  environment: z.string().min(1).max(LIMITS.idChars).optional(),
  applied: ruleset.optional(),
  refused: z
    .strictObject({
      lineage,
      generation,
      result: z.enum(['rejected', 'quarantined']),
      reason: text.max(LIMITS.reasonChars),
    })
    .optional(),
  counts: z.array(counts).max(LIMITS.counts),
  dropped: count,
  answers: answers.optional(),
  guarded: guardedSchema.optional(),
  closing: z.literal(true).optional(),
});

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((total, one) => total + (one ?? 0), 0);
}
