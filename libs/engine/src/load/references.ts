import type { Flag, FlagEnvironment, Outcome, Segment } from '../model/index.js';
import type { Reference } from './binding.js';
import { suggestion } from './nearest-name.js';
import { type Problem, shown } from './problem.js';
import { unitId } from './units.js';

export interface Known {
  readonly segments: ReadonlyMap<string, Segment>;
  readonly flags: ReadonlyMap<string, Flag>;
}

/** Why a reference does not hold among the files as they would be served, or undefined. */
export function whyReferenceFails(reference: Reference, known: Known): Problem | undefined {
  const needs = [unitId(reference.to, reference.key)];
  if (reference.to === 'segment') {
    if (known.segments.has(reference.key)) return undefined;
    return {
      at: reference.at,
      code: 'unknown-segment',
      sentence: `There is no segment ${shown(reference.key)}.`,
      ...fixOf(suggestion(reference.key, known.segments.keys())),
      needs,
    };
  }
  return whyFlagFails(reference, known, needs);
}

function whyFlagFails(
  reference: Extract<Reference, { to: 'flag' }>,
  known: Known,
  needs: readonly string[],
): Problem | undefined {
  const { key, variants, at } = reference;
  const flag = known.flags.get(key);
  if (flag === undefined) {
    const fix = fixOf(known.flags.size > 500 ? undefined : suggestion(key, known.flags.keys()));
    return {
      at,
      onKey: true,
      code: 'unknown-flag',
      sentence: `There is no flag ${shown(key)}.`,
      ...fix,
      needs,
    };
  }
  if (flag.archived !== undefined) {
    return {
      at,
      onKey: true,
      code: 'archived-reference',
      sentence: `The flag ${shown(key)} is archived.`,
      needs,
    };
  }
  const names = flag.variants.map(({ name }) => name);
  const wrong = variants.find((variant) => !names.includes(variant));
  if (wrong === undefined) return undefined;
  const sentence = `The flag ${shown(key)} has no variant ${shown(wrong)}.`;
  return { at, code: 'unknown-variant', sentence, ...fixOf(suggestion(wrong, names)), needs };
}

function fixOf(fix: string | undefined): { fix?: string } {
  return fix === undefined ? {} : { fix };
}

/**
 * Environments in which a requirement can never hold although the flag says something other than `safe` there
 * (sentence 25). A kill is left out of account: it is temporary.
 */
export function neverHeldRequirements(flag: Flag, known: Known): Problem[] {
  const problems: Problem[] = [];
  for (const [id, environment] of flag.environments) {
    if (!variantsServed(environment).some((variant) => variant !== flag.safe)) continue;
    for (const { flag: key, variants } of flag.requires) {
      const required = known.flags.get(key);
      if (required === undefined || required.archived !== undefined) continue;
      const possible = possibleVariants(required, id);
      if (variants.some((variant) => possible.has(variant))) continue;
      problems.push({
        at: ['requires', key],
        onKey: true,
        code: 'requirement-never-holds',
        sentence: `In ${shown(id)}, ${shown(key)} never serves ${variants.join(' or ')}, so this flag always serves safe there.`,
      });
    }
  }
  return problems;
}

function possibleVariants(flag: Flag, environmentId: string): ReadonlySet<string> {
  const environment = flag.environments.get(environmentId);
  if (environment === undefined) return new Set([flag.safe]);
  return new Set([...variantsServed(environment), ...(flag.requires.length > 0 ? [flag.safe] : [])]);
}

/** Every variant that some unit can be served in an environment. */
export function variantsServed(environment: FlagEnvironment): string[] {
  const outcomes = [...environment.rules.map(({ outcome }) => outcome), environment.rest];
  if (environment.rollout !== undefined) outcomes.push(environment.rollout.to);
  return outcomes.flatMap(variantsOf);
}

export function variantsOf(outcome: Outcome): string[] {
  return 'serve' in outcome
    ? [outcome.serve]
    : outcome.split.arms.filter(([, weight]) => weight > 0).map(([name]) => name);
}
