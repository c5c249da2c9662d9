import { z } from 'zod';
import { DomainError, validated } from '../kernel/problem/index.js';

const says = (error: string) => ({ error });
const word = (what: string) => z.string(says(what)).min(1, says(what)).max(200, says(what));

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const USUAL = { withinMs: UNIT_MS.h, limit: 50 } as const;
const MOST = { withinMs: 31 * UNIT_MS.d, limit: 200 } as const;

export const timelineSearchSchema = z.strictObject({
  around: z.iso
    .datetime({
      offset: true,
      ...says('Give an instant with an offset, e.g. 2027-01-31T02:17:00+01:00 (and + as %2B).'),
    })
    .max(64)
    .optional(),
  within: z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, 'Give a length of time, e.g. 30m, 2h or 7d.')
    .refine((text) => lengthOf(text) <= MOST.withinMs, 'Give at most 31d.')
    .optional(),
  environment: word('Name an environment, e.g. production.').optional(),
  flag: word('Name a flag by its key.').optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'Give a whole number above 0.')
    .optional(),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'Give what stands under `next` in the answer before.')
    .optional(),
});

/** A place in the log: a moment, and a number among the entries of that moment. */
export interface LogPlace {
  readonly atMs: number;
  readonly sequence: number;
}

export interface TimelineQuery {
  readonly aroundMs: number;
  readonly sinceMs: number;
  readonly limit: number;
  readonly environment?: string;
  readonly flag?: string;
  /** What is wanted lies before it. */
  readonly before: LogPlace;
}

export function readTimelineQuery(query: unknown, nowMs: number): TimelineQuery {
  const given = validated(timelineSearchSchema, query, { from: 'query' });
  const aroundMs = given.around === undefined ? nowMs : Date.parse(given.around);
  const withinMs = given.within === undefined ? USUAL.withinMs : lengthOf(given.within);
  const sinceMs = aroundMs - withinMs;
  const after = given.after === undefined ? undefined : placeOf(given.after);
  if (after !== undefined && (after.atMs > aroundMs || after.atMs < sinceMs))
    throw new DomainError('request-invalid', {
      detail:
        'The place under `after` lies outside of the window: give the same `around` and `within` again.',
    });
  return {
    ...{ aroundMs, sinceMs, limit: Math.min(Number(given.limit ?? USUAL.limit), MOST.limit) },
    ...(given.environment === undefined ? {} : { environment: given.environment }),
    ...(given.flag === undefined ? {} : { flag: given.flag }),
    // What happened at that very moment belongs to it.
    before: after ?? { atMs: aroundMs, sequence: Number.MAX_SAFE_INTEGER },
  };
}

export function textOfPlace({ atMs, sequence }: LogPlace): string {
  return `${atMs}-${sequence}`;
}

function placeOf(text: string): LogPlace {
  const [atMs, sequence] = text.split('-').map(Number);
  return { atMs: atMs ?? 0, sequence: sequence ?? 0 };
}

function lengthOf(text: string): number {
  return Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];
}
