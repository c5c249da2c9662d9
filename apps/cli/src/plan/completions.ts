import { canonicalJson, type Flag } from '@guidon/engine/model';

/**
 * Whether a change takes a rollout out and lets everyone have what it rolled out. How far it had come is not in the files, so
 * whether people are moved cannot be known here: the server counts a finished rollout as 100 percent (sentence 16).
 */
export function completesRollout(
  before: Flag | undefined,
  after: Flag | undefined,
  environment: string,
): boolean {
  const old = before?.environments.get(environment)?.rollout;
  const now = after?.environments.get(environment);
  if (old === undefined || now === undefined || now.rollout !== undefined) return false;
  return canonicalJson(old.to) === canonicalJson(now.rest);
}
