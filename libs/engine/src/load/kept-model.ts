import type { Condition, Flag, FlagTests, Project, Segment } from '../model/index.js';
import { attributeNamed, type Reference } from './binding.js';
import { conditionsOfFlag, conditionsWithin } from './condition-walk.js';
import { shown } from './problem.js';

/** What a version that is kept refers to. Its text is not at hand, so places are unknown. */
export function referencesOfFlag(flag: Flag): Reference[] {
  const found: Reference[] = flag.requires.map(({ flag: key, variants }) => ({
    to: 'flag',
    key,
    variants,
    at: [],
  }));
  for (const condition of conditionsOfFlag(flag)) found.push(...referencesOf(condition));
  return found;
}

export function referencesOfSegment(segment: Segment): Reference[] {
  return [...conditionsWithin(segment.when)].flatMap(referencesOf);
}

export function referencesOfProject(project: Project): Reference[] {
  const audiences = [...project.plans.values()].flatMap(({ stages }) =>
    stages.flatMap(({ audience }) => audience ?? []),
  );
  return audiences.flatMap((audience) => [...conditionsWithin(audience)].flatMap(referencesOf));
}

export function referencesOfTests(tests: FlagTests): Reference[] {
  return tests.cases.flatMap((test) =>
    [...test.flags].map(([key, variant]): Reference => ({ to: 'flag', key, variants: [variant], at: [] })),
  );
}

function referencesOf(condition: Condition): Reference[] {
  if (condition.op === 'segment') return condition.any.map((key) => ({ to: 'segment', key, at: [] }));
  if (condition.op === 'flag')
    return [{ to: 'flag', key: condition.flag, variants: condition.variants, at: [] }];
  return [];
}

/** Why a flag that was bound to another version of `guidon.yaml` does not fit this one. */
export function whyFlagUnfit(flag: Flag, project: Project): string | undefined {
  if (!project.teams.has(flag.owner)) return `${shown(flag.owner)} is not a declared team.`;
  const tag = flag.tags.find((tag) => !project.tags.includes(tag));
  if (tag !== undefined) return `${shown(tag)} is not a declared tag.`;
  for (const [id, { rollout }] of flag.environments) {
    if (!project.environments.some((known) => known.id === id))
      return `${shown(id)} is not a declared environment.`;
    if (rollout?.planName !== undefined && !project.plans.has(rollout.planName)) {
      return `${shown(rollout.planName)} is not a declared plan.`;
    }
  }
  for (const condition of conditionsOfFlag(flag)) {
    const why = whyConditionUnfit(condition, project);
    if (why !== undefined) return why;
  }
  return undefined;
}

export function whySegmentUnfit(segment: Segment, project: Project): string | undefined {
  if (!project.teams.has(segment.owner)) return `${shown(segment.owner)} is not a declared team.`;
  for (const condition of conditionsWithin(segment.when)) {
    const why = whyConditionUnfit(condition, project);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyConditionUnfit(condition: Condition, project: Project): string | undefined {
  if (!('attribute' in condition)) return undefined;
  const declared = attributeNamed(project, condition.attribute);
  if (declared === undefined) return `${shown(condition.attribute)} is not a declared attribute.`;
  const type = condition.op === 'exists' ? condition.type : condition.op;
  if (declared.type !== type) return `${shown(condition.attribute)} is no longer of type ${type}.`;
  if (condition.op !== 'string' || condition.test !== 'in' || declared.values === undefined) return undefined;
  const fold = (text: string) => (condition.ignoreCase ? text.toLowerCase() : text);
  const known = new Set(declared.values.map(fold));
  const value = condition.values.find((value) => !known.has(fold(value)));
  return value === undefined
    ? undefined
    : `${shown(value)} is no longer a value of ${shown(condition.attribute)}.`;
}
