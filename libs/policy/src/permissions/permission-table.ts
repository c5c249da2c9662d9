/** What can be done: a noun and a verb, as in audit entries. */
export const ACTIONS = [
  'access.accept',
  'approval.grant',
  'approval.read',
  'audit.read',
  'drift.read',
  'flag.read',
  'key.create',
  'key.read',
  'key.revoke',
  'key.rotate',
  'kill.press',
  'kill.read',
  'kill.revive',
  'proposal.create',
  'proposal.read',
  'revision.accept',
  'revision.read',
  'revision.rollback',
  'rollout.approve',
  'rollout.move',
  'rollout.read',
  'rollout.stop',
  'sync.read',
  'sync.run',
  'usage.read',
  'wave.move',
  'wave.read',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The roles that `access:` in `guidon.yaml` gives, from the least to the most. */
export const ROLES = ['viewer', 'developer', 'responder', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A role, perhaps only for some of what there is. Every condition that is given must hold. */
export interface Grant {
  readonly role: Role;
  readonly environments?: readonly string[];
  readonly protected?: boolean;
  readonly types?: readonly string[];
  readonly owners?: readonly string[];
  readonly tags?: readonly string[];
}

/** How far an allowance reaches. */
export interface Reach {
  /** Only flags whose owner is one of the person's teams: everywhere, or where the environment is protected. */
  readonly own?: 'always' | 'protected';
  /** Where the environment is protected, somebody else must agree. */
  readonly second?: 'protected';
}

type Row = { readonly [A in Action]?: Reach };

const ANY: Reach = {};
const OWN: Reach = { own: 'always' };
const WITH_SECOND: Reach = { second: 'protected' };

const viewer: Row = {
  'drift.read': ANY,
  'flag.read': ANY,
  'kill.read': ANY,
  'proposal.read': ANY,
  'revision.read': ANY,
  'rollout.read': ANY,
  'sync.read': ANY,
  'usage.read': ANY,
  'wave.read': ANY,
};

/** Who builds a flag may switch it off anywhere, and on again where nothing is protected. */
const developer: Row = {
  ...viewer,
  'approval.read': ANY,
  'audit.read': ANY,
  'kill.press': OWN,
  'kill.revive': { own: 'always', second: 'protected' },
  'proposal.create': ANY,
  'rollout.approve': ANY,
  'rollout.move': { own: 'always', second: 'protected' },
  'rollout.stop': OWN,
  'sync.run': ANY,
};

/** Toward safe, any flag, anywhere; and not one step in the other direction. */
const responder: Row = {
  ...viewer,
  'approval.read': ANY,
  'audit.read': ANY,
  'kill.press': ANY,
  'proposal.create': ANY,
  'rollout.approve': ANY,
  'rollout.stop': ANY,
  'sync.run': ANY,
};

const operator: Row = {
  ...responder,
  'kill.revive': WITH_SECOND,
  'revision.accept': ANY,
  'revision.rollback': WITH_SECOND,
  'rollout.move': WITH_SECOND,
  'wave.move': ANY,
};

/** Says yes to what somebody else wants to do, and does nothing alone. */
const approver: Row = {
  ...viewer,
  'approval.grant': ANY,
  'approval.read': ANY,
  'audit.read': ANY,
  'rollout.approve': ANY,
};

const admin: Row = {
  ...operator,
  'access.accept': ANY,
  'approval.grant': ANY,
  'key.create': ANY,
  'key.read': ANY,
  'key.revoke': ANY,
  'key.rotate': ANY,
};

/** The whole table. What is not listed is refused. */
export const ALLOWED: { readonly [R in Role]: Row } = {
  viewer,
  developer,
  responder,
  operator,
  approver,
  admin,
};
