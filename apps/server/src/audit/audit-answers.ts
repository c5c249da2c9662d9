import { z } from 'zod';

const instant = z.iso.datetime({ offset: true });

/** One entry as it was hashed, with its hash. What it is about differs by action. */
export const auditEntrySchema = z.looseObject({
  sequence: z.int(),
  at: instant,
  action: z.string(),
  actor: z.string(),
  reason: z.string(),
  subject: z.record(z.string(), z.unknown()),
  environments: z.array(z.string()).exactOptional(),
  commit: z.string().exactOptional(),
  requestId: z.string().exactOptional(),
  sourceAddress: z.string().exactOptional(),
  approval: z.object({ id: z.string(), by: z.string() }).exactOptional(),
  previous: z.string(),
  hash: z.string(),
});

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  /** What to give as `before` for the entries that follow; absent on the last page. */
  next: z.int().exactOptional(),
});

export const auditVerdictSchema = z.union([
  z.object({
    ok: z.literal(true),
    checked: z.int(),
    head: z.string(),
    checkpoints: z.object({
      proven: z.int(),
      upTo: z.int(),
      unknownKey: z.int(),
      publicKey: z.string().exactOptional(),
    }),
  }),
  z.object({
    ok: z.literal(false),
    firstBroken: z.object({ sequence: z.int(), reason: z.string() }),
  }),
]);
