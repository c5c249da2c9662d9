import { z } from 'zod';
import { type ActionRule, AUDIT_ACTIONS, AUDIT_RULES } from '../src/audit/index.js';

const texts = z.array(z.string().min(1));

/** What every entry tells, whatever its action. */
const ENTRY = z.strictObject({
  version: z.literal(2),
  sequence: z.number(),
  previous: z.string().length(64),
  at: z.iso.datetime(),
  action: z.enum(AUDIT_ACTIONS as [string, ...string[]]),
  actor: z.string().min(1),
  who: z.discriminatedUnion('kind', [
    z.strictObject({
      ...{ kind: z.literal('key'), key: z.string().min(1), owner: z.string().min(1) },
      breakGlass: z.literal(true).optional(),
    }),
    z.strictObject({ kind: z.literal('person'), owner: z.string().min(1) }),
    z.strictObject({ kind: z.literal('system'), worker: z.string().min(1) }),
  ]),
  reason: z.string().min(1),
  subject: z.record(z.string(), z.unknown()),
  before: z.unknown(),
  after: z.unknown(),
  environments: texts.optional(),
  flags: texts.optional(),
  commit: z.string().optional(),
  git: z
    .strictObject({ authors: texts, committers: texts, signers: texts, reviewed: z.boolean() })
    .optional(),
  pullRequests: z.array(z.strictObject({ id: z.string(), url: z.url().optional() })).optional(),
  approvals: z
    .array(
      z.strictObject({
        ...{ by: z.string().min(1), on: z.enum(['guidon', 'git-host']), id: z.string().optional() },
        ...{ at: z.iso.datetime().optional(), hash: z.string().length(64).optional() },
      }),
    )
    .optional(),
  requestId: z.string().optional(),
  sourceAddress: z.string().optional(),
});

/** Throws, with what is wrong, when an entry is not in the form that its action has. */
export function checkedEntry(body: unknown): Record<string, unknown> {
  const entry = ENTRY.parse(body);
  const rule: ActionRule | undefined = AUDIT_RULES[entry.action as keyof typeof AUDIT_RULES];
  for (const side of ['before', 'after'] as const) {
    const found = rule?.[side].safeParse(entry[side]);
    if (found?.success === true) continue;
    const what = JSON.stringify(entry[side]);
    throw new Error(`${entry.action}: \`${side}\` is ${what}: ${found?.error.message ?? 'there is no rule'}`);
  }
  return body as Record<string, unknown>;
}
