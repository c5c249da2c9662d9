import { LIMITS } from '../model/index.js';
import { chainDepths } from './chain-depth.js';
import { cyclesIn } from './cycles.js';
import { shown, type UnitId } from './problem.js';
import { type Failure, listed } from './quarantine.js';
import { keysIn } from './settled.js';
import { unitId } from './units.js';
import type { Workbench } from './workbench.js';

type Kind = 'segment' | 'flag';

/** Flags and segments that depend on themselves, or stand on chains that nobody can review. */
export function graphFailures(bench: Workbench): Failure[] {
  return (['segment', 'flag'] as const).flatMap((kind) => {
    const graph = graphOf(bench, kind, keysToSearch(bench, kind));
    const circles = cyclesIn(graph).flatMap((cycle) => cycleFailures(bench, kind, cycle));
    return circles.length > 0 ? circles : deepFailures(bench, kind, graph);
  });
}

/**
 * All, or where only some may differ from what is live: whatever stands on those and whatever that stands on. A new
 * circle has one of them in it, and only what stands on them can stand deeper than before.
 */
function keysToSearch(bench: Workbench, kind: Kind): Iterable<string> {
  const standing: ReadonlyMap<string, unknown> = kind === 'segment' ? bench.segments : bench.flags;
  const { touched } = bench.units;
  if (touched === undefined) return standing.keys();
  const due = new Set(withDependents(bench, touched));
  for (const id of due) for (const { to, key } of bench.referencesOf(id)) due.add(unitId(to, key));
  return keysIn(due, kind).filter((key) => standing.has(key));
}

function graphOf(
  bench: Workbench,
  kind: Kind,
  keys: Iterable<string>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...keys].map((key) => {
      const references = bench.referencesOf(unitId(kind, key));
      return [key, references.filter(({ to }) => to === kind).map((reference) => reference.key)];
    }),
  );
}

/** Blames the changed members, whose edit closed the circle; an unchanged member is never at fault. */
function cycleFailures(bench: Workbench, kind: Kind, cycle: readonly string[]): Failure[] {
  const members = cycle.flatMap((key) => bench.units.byId.get(unitId(kind, key)) ?? []);
  const changed = members.filter((unit) => unit.changed && bench.isNew(unit));
  const sentence = `${listed(cycle)} depend on ${cycle.length === 1 ? 'itself' : 'each other in a circle'}.`;
  return changed.map((unit) => {
    const reference = bench.referencesOf(unit.id).find(({ to, key }) => to === kind && cycle.includes(key));
    return { unit, problems: [{ at: reference?.at ?? [], code: 'cycle', sentence }] };
  });
}

/** What asks for what asks for … is a condition too, and evaluation follows the whole chain. */
function deepFailures(
  bench: Workbench,
  kind: Kind,
  graph: ReadonlyMap<string, readonly string[]>,
): Failure[] {
  return [...chainDepths(graph)].flatMap(([key, depth]) => {
    const unit = bench.units.byId.get(unitId(kind, key));
    if (depth <= LIMITS.conditionDepth || unit === undefined) return [];
    const sentence = `${shown(key)} stands on a chain of ${depth} ${kind}s; the limit is ${LIMITS.conditionDepth}.`;
    // Only an unchanged file needs somebody else to blame.
    const needs = unit.changed ? [] : [...dependenciesOf(bench, unit.id)];
    return [{ unit, problems: [{ at: [], code: 'condition-too-deep', sentence, needs }] }];
  });
}

/** Everything that a unit's answer can depend on. */
export function dependenciesOf(bench: Workbench, id: UnitId): ReadonlySet<UnitId> {
  const found = new Set<UnitId>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { to, key } of bench.referencesOf(next)) {
      const dependency = unitId(to, key);
      if (found.has(dependency)) continue;
      found.add(dependency);
      open.push(dependency);
    }
  }
  return found;
}

/** The units given and everything that depends on them. */
export function withDependents(bench: Workbench, ids: ReadonlySet<UnitId>): ReadonlySet<UnitId> {
  const found = new Set(ids);
  for (const id of found) for (const dependent of bench.dependentsOf(id)) found.add(dependent);
  return found;
}
