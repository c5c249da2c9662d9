import { type Action, ALLOWED, type Grant, type Reach, type Role } from './permission-table.js';

/** Applications: they evaluate and nothing else. */
export interface Application {
  readonly kind: 'server' | 'web';
}

/** Somebody by e-mail, with what `guidon.yaml` or the person's key gives. */
export interface Person {
  readonly kind: 'person';
  readonly email: string;
  readonly teams: readonly string[];
  readonly grants: readonly Grant[];
}

/** The key outside Git, for the night when nothing else works: it may act alone, and its entries say so. */
export interface BreakGlass {
  readonly kind: 'break-glass';
}

/** Who asks. */
export type Subject = Application | Person | BreakGlass;

/** What is acted on: one flag in one environment, or as much of that as is known. */
export interface Resource {
  readonly environment?: string;
  readonly protected?: boolean;
  readonly flagType?: string;
  readonly ownerTeam?: string;
  readonly tags?: readonly string[];
}

export type Decision =
  /** `reason` is one sentence, for the answer, the log and the console. */
  | { readonly verdict: 'allowed'; readonly reason: string }
  /** Somebody else, another owner, has to agree first. */
  | { readonly verdict: 'needs-second'; readonly reason: string }
  | { readonly verdict: 'refused'; readonly reason: string };

export const BREAK_GLASS_REASON = 'The break-glass key may do everything alone.';

/** Whether somebody may do something to something, and why. What no row of the table allows is refused. */
export function decidePermission(subject: Subject, action: Action, resource: Resource): Decision {
  if (subject.kind === 'break-glass') return allowed(BREAK_GLASS_REASON);
  if (subject.kind !== 'person') return refused(whyRefused(subject, action, resource));
  const fitting = subject.grants.filter((grant) => whyUnfit(grant, resource) === undefined);
  const decisions = fitting.map((grant) => decideFor(grant.role, { subject, action, resource }));
  return (
    decisions.find(({ verdict }) => verdict === 'allowed') ??
    decisions.find(({ verdict }) => verdict === 'needs-second') ??
    refused(whyRefused(subject, action, resource))
  );
}

/** Whether somebody may do something to anything at all: for a route, before it is known what it is about. */
export function mayEver(subject: Subject, action: Action): boolean {
  if (subject.kind === 'break-glass') return true;
  return subject.kind === 'person' && subject.grants.some(({ role }) => ALLOWED[role][action] !== undefined);
}

interface Question {
  readonly subject: Person;
  readonly action: Action;
  readonly resource: Resource;
}

function decideFor(role: Role, { subject, action, resource }: Question): Decision {
  const reach = ALLOWED[role][action];
  if (reach === undefined) return refused('');
  const { ownerTeam, protected: isProtected } = resource;
  if (needsOwnership(reach, isProtected) && !(ownerTeam !== undefined && subject.teams.includes(ownerTeam)))
    return refused('');
  if (reach.second === 'protected' && isProtected === true)
    return { verdict: 'needs-second', reason: secondReason(role, action) };
  return allowed(allowedReason(role, action, reach));
}

export function allowedReason(role: Role, action: Action, { own }: Reach): string {
  return `${capital(role)}s may do ${action}${own === undefined ? '' : ' for flags of their own team'}.`;
}

export function secondReason(role: Role, action: Action): string {
  return `${capital(role)}s may do ${action} in a protected environment when somebody else agrees.`;
}

function needsOwnership({ own }: Reach, isProtected: boolean | undefined): boolean {
  return own === 'always' || (own === 'protected' && isProtected === true);
}

/** Why a grant says nothing about this resource. A condition on what is unknown does not hold. */
function whyUnfit(grant: Grant, resource: Resource): string | undefined {
  const { environments, protected: isProtected, types, owners, tags } = grant;
  const { environment, flagType, ownerTeam } = resource;
  if (environments !== undefined && !(environment !== undefined && environments.includes(environment)))
    return 'environment';
  if (isProtected !== undefined && isProtected !== resource.protected) return 'protected';
  if (types !== undefined && !(flagType !== undefined && types.includes(flagType))) return 'type';
  if (owners !== undefined && !(ownerTeam !== undefined && owners.includes(ownerTeam))) return 'owner';
  if (tags !== undefined && !tags.some((tag) => resource.tags?.includes(tag))) return 'tags';
  return undefined;
}

/** Why somebody whom nothing allows it may not do something: what he has, what is needed, where to ask. */
export function whyRefused(subject: Person | Application, action: Action, { environment }: Resource): string {
  if (subject.kind !== 'person')
    return `A ${subject.kind} key evaluates flags; ${action} needs an admin key.`;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const roles = [...new Set(subject.grants.map(({ role }) => role))];
  const has = roles.length === 0 ? 'has no role' : `is ${roles.join(' and ')}`;
  const needed = rolesWith(action);
  return `${subject.email} ${has}; ${action}${where} needs ${needed.join(' or ')}. Access is granted in guidon.yaml under access.`;
}

/** Why somebody may do something to nothing at all; absent where it depends on what is acted on. */
export function whyNever(subject: Subject, action: Action): string | undefined {
  return mayEver(subject, action) ? undefined : decidePermission(subject, action, {}).reason;
}

/** The roles that may do something somewhere, in the order of the table. */
export function rolesWith(action: Action): Role[] {
  return (Object.keys(ALLOWED) as Role[]).filter((role) => ALLOWED[role][action] !== undefined);
}

function capital(role: Role): string {
  return role.charAt(0).toUpperCase() + role.slice(1);
}

function allowed(reason: string): Decision {
  return { verdict: 'allowed', reason };
}

function refused(reason: string): Decision {
  return { verdict: 'refused', reason };
}
