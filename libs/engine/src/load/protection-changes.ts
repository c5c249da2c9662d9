import { canonicalJson, type Environment, type Hold, type Project } from '../model/index.js';

/**
 * What a protected environment would lose: its protection, its waves, a freeze, or itself. By itself nothing of it is
 * wrong, but the same commit could bring what the protection was there to stop. More protection is none,
 * and neither is tidying away a freeze that is over.
 */
export function protectionChanges(before: Project, after: Project, nowMs: number): Hold[] {
  const sentences = [
    ...before.environments.flatMap((old) => {
      const now = after.environments.find(({ id }) => id === old.id);
      return old.protected ? losses(old, now, nowMs) : [];
    }),
    ...limitsRaised(before, after),
  ];
  if (sentences.length === 0) return [];
  return [{ kind: 'protection-change', sentence: sentences.join(' '), paths: ['guidon.yaml'] }];
}

function losses(old: Environment, now: Environment | undefined, nowMs: number): string[] {
  if (now === undefined) return [`It removes the protected environment ${old.id}.`];
  if (!now.protected) return [`It takes the protection from ${old.id}.`];
  const kept = new Set(now.freeze.map(canonicalJson));
  return [
    ...(old.waves.length > 0 && canonicalJson(old.waves) !== canonicalJson(now.waves)
      ? [`It changes the waves of ${old.id}.`]
      : []),
    ...(old.freeze.every((one) => one.toMs <= nowMs || kept.has(canonicalJson(one)))
      ? []
      : [`It changes a freeze of ${old.id}.`]),
  ];
}

function limitsRaised(before: Project, after: Project): string[] {
  return (['jumpPoints', 'massChange'] as const)
    .filter((name) => after.limits[name] > before.limits[name])
    .map((name) => `It raises limits.${name} from ${before.limits[name]} to ${after.limits[name]}.`);
}
