import { canonicalJson, type Flag, type Outcome } from '../model/index.js';

/**
 * Whether a change takes a rollout out and lets everyone have what it rolled out, which completes it (sentence 35). How far
 * it had come is not in the files: a server counts only a finished rollout as 100 percent (sentence 16).
 */
export function completesRollout(
  before: Flag | undefined,
  after: Flag | undefined,
  environment: string,
): boolean {
  return completedBy(before, after, environment) !== undefined;
}

/** What was rolled out to everyone thereby. */
export function completedBy(
  before: Flag | undefined,
  after: Flag | undefined,
  environment: string,
): Outcome | undefined {
  const old = before?.environments.get(environment)?.rollout;
  if (old === undefined || after === undefined) return undefined;
  const now = after.environments.get(environment);
  if (now?.rollout !== undefined) return undefined;
  const rest = after.archived === undefined ? now?.rest : { serve: after.archived.serve };
  return rest !== undefined && canonicalJson(old.to) === canonicalJson(rest) ? old.to : undefined;
}
