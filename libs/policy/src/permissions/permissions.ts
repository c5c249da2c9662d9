/** Who asks, as far as permissions go. People with roles of their own come with single sign-on. */
export const ROLES = ['admin', 'server', 'web'] as const;
export type Role = (typeof ROLES)[number];

/** What can be done: a noun and a verb, as in audit entries. */
export const ACTIONS = [
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
  'revision.accept',
  'revision.read',
  'revision.rollback',
  'proposal.create',
  'proposal.read',
  'sync.read',
  'sync.run',
  'wave.move',
  'wave.read',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Decision {
  readonly allowed: boolean;
  /** One sentence, for the answer, the log and the console. */
  readonly reason: string;
}

/** The whole table. What is not listed is refused. */
const ALLOWED: { readonly [R in Role]: readonly Action[] } = {
  admin: ACTIONS,
  server: [],
  web: [],
};

/** Whether a role may do something, and why. */
export function decidePermission(role: Role, action: Action): Decision {
  if (ALLOWED[role].includes(action)) return { allowed: true, reason: `An ${role} key may do everything.` };
  return {
    allowed: false,
    reason: `A ${role} key evaluates flags; ${action} needs an admin key.`,
  };
}

/** The roles that may do something, for a route's declaration. */
export function rolesFor(action: Action): readonly Role[] {
  return ROLES.filter((role) => decidePermission(role, action).allowed);
}
