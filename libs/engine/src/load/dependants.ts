import type { Problem, UnitId } from './problem.js';
import type { Unit } from './units.js';
import { unitId } from './units.js';
import type { Workbench } from './workbench.js';

const MOST_NAMED = 20;

/** For each frozen file that others depend on, which ones: they stand on its last good version. */
export function frozenDependants(
  bench: Workbench,
  frozen: Iterable<UnitId>,
): { readonly unit: Unit; readonly problem: Problem }[] {
  const units = [...frozen].flatMap((id) => bench.units.byId.get(id) ?? []);
  if (units.length === 0) return [];
  const users = usersOf(bench);
  return units.flatMap((unit) => {
    const sentence = unit.kind === 'project' ? underOldProject(bench, unit) : namesOf(bench, unit, users);
    return sentence === undefined ? [] : [{ unit, problem: { at: [], code: 'stands-on-frozen', sentence } }];
  });
}

/** Who refers to whom, the other way round, as everything stands now. */
function usersOf(bench: Workbench): ReadonlyMap<UnitId, readonly UnitId[]> {
  const users = new Map<UnitId, UnitId[]>();
  for (const id of bench.units.byId.keys()) {
    for (const { to, key } of bench.referencesOf(id)) {
      const used = unitId(to, key);
      const known = users.get(used);
      if (known === undefined) users.set(used, [id]);
      else known.push(id);
    }
  }
  return users;
}

function namesOf(
  bench: Workbench,
  unit: Unit,
  users: ReadonlyMap<UnitId, readonly UnitId[]>,
): string | undefined {
  const found = new Set<UnitId>([unit.id]);
  // A set grows while it is walked, so this follows users of users.
  for (const id of found) for (const user of users.get(id) ?? []) found.add(user);
  found.delete(unit.id);
  const paths = [...found].flatMap((id) => pathOf(bench, id) ?? []);
  if (unit.previous === undefined || paths.length === 0) return undefined;
  return `Its last good version stays in force for what depends on it: ${listed(paths)}.`;
}

function pathOf(bench: Workbench, id: UnitId): string | undefined {
  const unit = bench.units.byId.get(id);
  return unit?.kind === 'project' ? undefined : unit?.path;
}

/** Everything stands on `guidon.yaml`; worth naming is what changes in the same revision and is judged by the old one. */
function underOldProject(bench: Workbench, project: Unit): string | undefined {
  if (project.previous === undefined) return undefined;
  const changed = [...bench.units.byId.values()].filter((unit) => unit.changed && unit.id !== project.id);
  const all = `Its last good version stays in force for all ${bench.flags.size} flags and ${bench.segments.size} segments`;
  if (changed.length === 0) return `${all}.`;
  return `${all}; by it were judged the changes of ${listed(changed.map(({ path }) => path))}.`;
}

function listed(paths: readonly string[]): string {
  const sorted = [...paths].sort();
  const names = sorted.slice(0, MOST_NAMED).join(', ');
  return sorted.length > MOST_NAMED ? `${names} and ${sorted.length - MOST_NAMED} more` : names;
}
