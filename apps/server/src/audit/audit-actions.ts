import { z } from 'zod';

/**
 * Every action that the log can name, and what its entries tell as `before` and `after`. The list is closed: an action
 * without a rule does not compile, and `docs/audit.md` holds a line for each.
 */

const nothing = z.null();
const names = z.array(z.string());
const heads = z.array(
  z.looseObject({ environment: z.string(), generation: z.number(), hash: z.string(), revision: z.string() }),
);
/** What environments serve: generation, hash and revision, with waves, pins and what waits. */
const served = z.strictObject({ heads });
const flagChange = z.strictObject({
  flag: z.string(),
  /** What kind of change, by environment where it concerns only one. */
  changes: z.array(z.strictObject({ kind: z.string(), environment: z.string().optional() })),
  more: z.number().optional(),
});
const fileChange = z.strictObject({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
const revisionBefore = z.strictObject({ revision: z.string().nullable(), heads });
const revisionAfter = z.strictObject({
  ...{ revision: z.string(), state: z.enum(['accepted', 'partly', 'held', 'rejected']), heads },
  ...{ flags: z.array(flagChange), flagCount: z.number() },
  ...{ files: z.array(fileChange), fileCount: z.number() },
});
const judged = { before: revisionBefore, after: revisionAfter };
const moved = { before: served, after: served };
/** Where a rollout stood and stands; or what was served and is, where that changes: the subject says where it stands then. */
const rolloutStanding = z.looseObject({ phase: z.string(), stage: z.number(), run: z.number() });
const rolloutTurn = {
  before: z.union([served, rolloutStanding]).nullable(),
  after: z.union([served, rolloutStanding]),
};
const variants = z.record(z.string(), z.record(z.string(), z.string()));
const generations = z.record(z.string(), z.number());
const killFree = z.strictObject({ standing: z.literal(false), generations });
const killStands = z.strictObject({
  standing: z.literal(true),
  kill: z.string(),
  /** By environment and flag, the first of them where they are many. */
  serves: variants,
});
const key = z.strictObject({
  ...{ key: z.string(), kind: z.enum(['admin', 'server', 'web']), owner: z.string() },
  ...{ role: z.string().optional(), environment: z.string().optional(), groups: names.optional() },
  ...{ createdBy: z.string().optional(), expiresAt: z.string().optional() },
  ...{ state: z.enum(['active', 'expired', 'revoked']), replacedBy: z.string().optional() },
});
const waiting = z.strictObject({ state: z.literal('waiting') });
const decided = (state: 'granted' | 'refused') =>
  z.strictObject({ state: z.literal(state), by: z.string(), hash: z.string() });
const proposal = z.looseObject({ state: z.string() });
const proposalTurn = { before: proposal, after: proposal };

const settings = z.looseObject({
  ...{ database: z.enum(['embedded', 'PostgreSQL']), role: z.string(), production: z.boolean() },
  ...{ git: z.looseObject({ url: z.string(), path: z.string() }), keys: z.record(z.string(), z.string()) },
});

export interface ActionRule {
  readonly before: z.ZodType;
  readonly after: z.ZodType;
}

export const AUDIT_RULES = {
  'approval.grant': { before: waiting, after: decided('granted') },
  'approval.refuse': { before: waiting, after: decided('refused') },
  'approval.request': {
    before: nothing,
    after: z.strictObject({ state: z.literal('waiting'), hash: z.string(), expiresAt: z.string() }),
  },
  /** Somebody was refused; nothing changed. */
  'attempt.refuse': { before: nothing, after: nothing },
  /** More of the same within a minute, counted. */
  'attempt.summarise': { before: nothing, after: nothing },
  'freeze.release': moved,
  'key.create': { before: nothing, after: key },
  'key.revoke': { before: key, after: key },
  'key.rotate': { before: key, after: z.strictObject({ old: key, new: key }) },
  'kill.expire': { before: killStands, after: z.union([killFree, killStands]) },
  'kill.press': { before: z.union([killFree, killStands]), after: killStands },
  'kill.revive': { before: killStands, after: killFree },
  'notification.test': { before: nothing, after: nothing },
  'proposal.close': proposalTurn,
  'proposal.conflict': proposalTurn,
  'proposal.create': { before: proposal.nullable(), after: proposal },
  'proposal.fail': proposalTurn,
  'proposal.merge': proposalTurn,
  'proposal.open': proposalTurn,
  'proposal.rebase': proposalTurn,
  'revision.accept': {
    before: z.union([served, z.strictObject({ state: z.literal('held'), holds: names })]),
    after: z.union([served, z.strictObject({ state: z.literal('judged-again'), accepted: names })]),
  },
  'revision.hold': judged,
  'revision.publish': judged,
  'revision.reject': judged,
  'revision.rollback': moved,
  'revision.unpin': moved,
  'rollout.acknowledged': rolloutTurn,
  'rollout.advanced': rolloutTurn,
  'rollout.alarmed': rolloutTurn,
  'rollout.approved': rolloutTurn,
  'rollout.awaiting': rolloutTurn,
  'rollout.cancelled': rolloutTurn,
  'rollout.completed': rolloutTurn,
  'rollout.declared': rolloutTurn,
  'rollout.file-changed': rolloutTurn,
  'rollout.killed': rolloutTurn,
  'rollout.merged': rolloutTurn,
  'rollout.paused': rolloutTurn,
  'rollout.plan-adopted': rolloutTurn,
  'rollout.restarted': rolloutTurn,
  'rollout.resumed': rolloutTurn,
  'rollout.revived': rolloutTurn,
  'rollout.rolled-back': rolloutTurn,
  'rollout.rolling-back': rolloutTurn,
  'rollout.started': rolloutTurn,
  /** An answer that holds a secret was given once more to who had it before. */
  'secret.replay': { before: nothing, after: nothing },
  /** A start with other settings than the one before; what they are is for `settingsFacts` to say, without secrets. */
  'settings.change': { before: settings.nullable(), after: settings },
  /** What it finds is written by the revision's own entry. */
  'sync.run': { before: nothing, after: nothing },
  'wave.advance': moved,
  'wave.enlist': moved,
  'wave.finish': moved,
  'wave.roll-back': moved,
} as const satisfies { readonly [action: string]: ActionRule };

export type AuditAction = keyof typeof AUDIT_RULES;

export const AUDIT_ACTIONS = Object.keys(AUDIT_RULES) as readonly AuditAction[];
