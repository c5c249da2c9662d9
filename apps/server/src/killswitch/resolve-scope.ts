import type { Flag, Snapshot } from '@guidon/engine/model';
import type { KillScope } from '@guidon/protocol';

export interface ScopeFacts {
  readonly snapshot: Snapshot;
  /** Earlier snapshots that some environment still serves: what they know can burn as well. */
  readonly earlier?: readonly Snapshot[];
  /** Whether an environment serves a flag now; asked where the newest snapshot has not both. */
  readonly isServed?: (environment: string, flag: string) => boolean;
  /** Chosen already, each one known. */
  readonly environments: readonly string[];
  /** For a commit: paths below the flags folder that it changed; `undefined` when nobody knows the commit. */
  readonly changedPaths?: readonly string[] | undefined;
}

export type ScopeResolution =
  | { readonly kind: 'targets'; readonly targets: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'flag-unknown'; readonly flag: string }
  /** One sentence that says why nothing is hit. */
  | { readonly kind: 'empty'; readonly reason: string };

/** The flags that a scope means at this moment, fixed for each environment; nothing that changes later frees them. */
export function resolveScope(scope: KillScope, facts: ScopeFacts): ScopeResolution {
  const snapshots = [facts.snapshot, ...(facts.earlier ?? [])];
  if ('flag' in scope && !snapshots.some(({ flags }) => flags.has(scope.flag)))
    return { kind: 'flag-unknown', flag: scope.flag };
  if ('commit' in scope && facts.changedPaths === undefined)
    return { kind: 'empty', reason: `The commit ${scope.commit} is not known here.` };
  const meant = meaning(scope, new Set(facts.changedPaths));
  const declared = new Set(facts.snapshot.project.environments.map(({ id }) => id));
  const exists = (environment: string, flag: string) =>
    (declared.has(environment) && facts.snapshot.flags.has(flag)) ||
    facts.isServed?.(environment, flag) === true;
  const targets = new Map<string, readonly string[]>();
  for (const environment of facts.environments) {
    const hit = new Set<string>();
    for (const { flags } of snapshots)
      for (const flag of flags.values())
        if (meant(flag, environment) && exists(environment, flag.key)) hit.add(flag.key);
    if (hit.size > 0) targets.set(environment, [...hit].sort());
  }
  if (targets.size > 0) return { kind: 'targets', targets };
  return { kind: 'empty', reason: whyEmpty(scope, facts.snapshot) };
}

function meaning(
  scope: KillScope,
  changed: ReadonlySet<string>,
): (flag: Flag, environment: string) => boolean {
  if ('flag' in scope) return (flag) => flag.key === scope.flag;
  if ('tag' in scope) return (flag) => flag.tags.includes(scope.tag);
  if ('team' in scope) return (flag) => flag.owner === scope.team;
  if ('commit' in scope) return (flag) => changed.has(flag.path);
  if ('rollouts' in scope)
    return (flag, environment) => flag.environments.get(environment)?.rollout !== undefined;
  return (flag) => !flag.essential;
}

function whyEmpty(scope: KillScope, snapshot: Snapshot): string {
  if ('tag' in scope) return `No flag has the tag "${scope.tag}"; ${known('tags', snapshot.project.tags)}`;
  if ('team' in scope)
    return `No flag belongs to the team "${scope.team}"; ${known('teams', [...snapshot.project.teams.keys()])}`;
  if ('commit' in scope) return `The commit ${scope.commit} changed no flag that exists now.`;
  if ('rollouts' in scope) return 'No flag has a rollout in these environments.';
  return 'There is no flag that this scope may hit.';
}

const MOST_NAMED = 20;

function known(noun: string, names: readonly string[]): string {
  if (names.length === 0) return `the project declares no ${noun}.`;
  const more = names.length > MOST_NAMED ? ' …' : '';
  return `the ${noun} are ${names.slice(0, MOST_NAMED).join(', ')}${more}.`;
}
