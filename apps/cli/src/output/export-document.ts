import type { Flag, FlagEnvironment, Project, Segment, Snapshot } from '@guidon/engine/model';

/** Bump when a field changes its meaning or goes; new fields may come at any time. */
export const EXPORT_FORMAT = 'guidon-export/1';

/**
 * The flags as plain JSON for other tools (docs/export.md). The model of the engine with maps made into objects, sorted
 * by key; conditions are in the canonical form that rulesets carry, percentages in parts of 100,000.
 */
export function exportDocument({ project, segments, flags }: Snapshot, refused: readonly string[]) {
  return {
    format: EXPORT_FORMAT,
    project: projectOf(project),
    segments: sorted(segments).map(segmentOf),
    flags: sorted(flags).map(flagOf),
    /** Files with errors: what is in them is not in here. */
    refused,
  };
}

function projectOf({ name, timezone, environments, attributes, tags, teams }: Project) {
  return {
    name,
    timezone,
    environments: environments.map(({ id, protected: isProtected }) => ({ id, protected: isProtected })),
    attributes: Object.fromEntries(attributes),
    tags,
    teams: Object.fromEntries(
      [...teams].map(([team, { contact }]) => [team, contact === undefined ? {} : { contact }]),
    ),
  };
}

function segmentOf({ key, path, owner, description, when }: Segment) {
  return { key, path, owner, description, when };
}

function flagOf(flag: Flag) {
  const { key, path, type, owner, description, tags, links, safe, essential, archived } = flag;
  return {
    ...{ key, path, type, owner, description },
    ...(flag.expires === undefined ? {} : { expires: flag.expires }),
    ...(flag.review === undefined ? {} : { review: flag.review }),
    ...{ tags, links, safe, valueType: flag.valueType },
    variants: flag.variants.map(({ name, value }) => ({ name, value })),
    ...{ requires: flag.requires, essential, waive: Object.fromEntries(flag.waive) },
    ...(archived === undefined ? {} : { archived }),
    environments: Object.fromEntries([...flag.environments].map(([id, one]) => [id, environmentOf(one)])),
  };
}

function environmentOf({ rules, rollout, rest }: FlagEnvironment) {
  if (rollout === undefined) return { rules, rest };
  const { to, bucketing, planName, startMs, plan } = rollout;
  return {
    rules,
    rollout: {
      to,
      bucketing,
      ...(planName === undefined ? {} : { plan: planName }),
      stages: plan.stages.map(({ id, parts, audience, approval }) => ({
        id,
        ...(parts === undefined ? {} : { parts }),
        ...(audience === undefined ? {} : { audience }),
        ...(approval === undefined ? {} : { approval }),
      })),
      ...(startMs === undefined ? {} : { start: new Date(startMs).toISOString() }),
    },
    rest,
  };
}

function sorted<Value>(map: ReadonlyMap<string, Value>): Value[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
