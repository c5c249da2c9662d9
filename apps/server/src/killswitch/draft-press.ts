import type { PressRequest } from '@guidon/protocol';
import {
  type CommitChanges,
  flagNotFound,
  type KillEntry,
  type LiveCatalog,
  nearKeys,
} from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { resolveScope } from './resolve-scope.js';

export interface DraftParts {
  readonly live: LiveCatalog;
  readonly commits: CommitChanges;
  readonly clock: Clock;
}

/** Everything about a press but its id. */
export type PressDraft = Omit<KillEntry, 'id'>;

/** Resolves a request to fixed targets from what is live on this replica; nothing is written. */
export async function draftPress(
  parts: DraftParts,
  request: PressRequest,
  actor: string,
): Promise<PressDraft> {
  const pressedAtMs = parts.clock.nowMs();
  const expiresAtMs = expiryOf(request, pressedAtMs);
  const targets = await targetsOf(parts, request);
  const { scope, reason } = request;
  return {
    scope,
    reason,
    targets,
    actor,
    pressedAtMs,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

async function targetsOf(
  { live, commits }: DraftParts,
  { scope, environments }: PressRequest,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const snapshot = live.snapshot();
  if (snapshot === undefined)
    throw new DomainError('snapshot-unavailable', {
      detail: 'No flag has been loaded yet, so there is nothing to stop. Try again when the server is ready.',
      retryAfterSeconds: 2,
    });
  // Whoever has a key of an environment that was removed is served by it and must be reached.
  const known = [...live.environments(), ...live.removedEnvironments()];
  const chosen = chooseEnvironments(environments, known);
  const changedPaths = 'commit' in scope ? await commits.changedPaths(scope.commit) : undefined;
  const [, ...earlier] = live.snapshots();
  const isServed = (environment: string, flag: string) =>
    [live.current(environment), live.candidate(environment)?.live].some(
      (it) => it !== undefined && Object.hasOwn(it.ruleset.flags, flag),
    );
  const facts = { snapshot, earlier, isServed, environments: chosen, changedPaths };
  const resolution = resolveScope(scope, facts);
  if (resolution.kind === 'flag-unknown') throw flagNotFound(resolution.flag, live);
  if (resolution.kind === 'empty') throw new DomainError('scope-empty', { detail: resolution.reason });
  return resolution.targets;
}

function expiryOf({ expiresAt }: PressRequest, nowMs: number): number | undefined {
  if (expiresAt === undefined) return undefined;
  const atMs = Date.parse(expiresAt);
  if (atMs > nowMs) return atMs;
  throw new DomainError('request-invalid', {
    detail: 'One thing is wrong with the request.',
    violations: [
      { pointer: '/expiresAt', sentence: 'This instant has passed; give one in the future or none.' },
    ],
  });
}

function chooseEnvironments(
  asked: PressRequest['environments'],
  known: readonly string[],
): readonly string[] {
  if (asked === 'all') return known;
  for (const environment of asked) {
    if (known.includes(environment)) continue;
    const near = nearKeys(environment, known)[0];
    const hint = near === undefined ? `The environments are ${known.join(', ')}.` : `Did you mean "${near}"?`;
    throw new DomainError('environment-not-found', {
      detail: `The project has no environment "${environment.slice(0, 128)}". ${hint}`,
    });
  }
  return [...new Set(asked)];
}
