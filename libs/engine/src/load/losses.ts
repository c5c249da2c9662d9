import type { Hold, Plan, Project, ProjectLimits, Snapshot } from '../model/index.js';
import type { Problem } from './problem.js';
import type { Unit } from './units.js';
import type { Workbench } from './workbench.js';

export interface Told {
  readonly unit: Unit;
  readonly problem: Problem;
}

/** What goes live with a revision and takes something away; nothing of it is wrong, but an accident looks like this. */
export function lossWarnings(bench: Workbench, before: Snapshot | undefined): Told[] {
  if (before === undefined) return [];
  const { byId, touched } = bench.units;
  const units = touched === undefined ? [...byId.values()] : [...touched].flatMap((id) => byId.get(id) ?? []);
  return units
    .filter((unit) => unit.changed && bench.isNew(unit))
    .flatMap((unit) => {
      const problem = unit.file === undefined ? deletion(unit, before) : shrinkage(unit, bench, before);
      return problem === undefined ? [] : [{ unit, problem }];
    });
}

function deletion(unit: Unit, before: Snapshot): Problem | undefined {
  const told = (sentence: string): Problem => ({ at: [], code: 'file-deleted', sentence });
  const name = `"${unit.key}"`;
  const flag = unit.kind === 'flag' ? before.flags.get(unit.key) : undefined;
  if (flag !== undefined) {
    const what = flag.archived === undefined ? `flag ${name}, which is as it came,` : `archived flag ${name}`;
    return told(`The ${what} is deleted: who still asks for it gets the default in the code.`);
  }
  if (unit.kind === 'test' && before.tests.has(unit.key))
    return told(`The tests of the flag ${name} are deleted: nothing proves any more what it serves.`);
  if (unit.kind === 'segment' && before.segments.has(unit.key))
    return told(`The segment ${name} is deleted; nothing asks for it any more.`);
  return undefined;
}

function shrinkage(unit: Unit, bench: Workbench, before: Snapshot): Problem | undefined {
  if (unit.kind === 'project') return projectChange(before.project, bench.project);
  if (unit.kind === 'test') {
    const [had, has] = [before.tests, bench.tests].map((tests) => tests.get(unit.key)?.cases.length ?? 0);
    if (has! >= had!) return undefined;
    return {
      at: ['cases'],
      onKey: true,
      code: 'fewer-cases',
      sentence: `It had ${had} cases and has ${has}.`,
    };
  }
  const [old, now] = [before.flags.get(unit.key), bench.flags.get(unit.key)];
  if (unit.kind !== 'flag' || old === undefined || now === undefined || now.archived !== undefined)
    return undefined;
  const gone = [...old.environments.keys()].filter(
    (id) => !now.environments.has(id) && bench.project?.environments.some((known) => known.id === id),
  );
  if (gone.length === 0) return undefined;
  const sentence = `${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} no longer listed, so the flag serves safe there.`;
  return { at: ['environments'], onKey: true, code: 'environment-unlisted', sentence };
}

function projectChange(old: Project, now: Project | undefined): Problem | undefined {
  return now === undefined ? undefined : (limitsChange(old, now) ?? planLoosened(old, now));
}

/** They guard against accidents, so an accident with them is told. */
function limitsChange(old: Project, now: Project): Problem | undefined {
  const names = Object.keys(old.limits) as (keyof ProjectLimits)[];
  const said = names
    .filter((name) => old.limits[name] !== now.limits[name])
    .map((name) => `${name} from ${old.limits[name]} to ${now.limits[name]}`);
  if (said.length === 0) return undefined;
  return { at: ['limits'], onKey: true, code: 'limits-changed', sentence: `It changes ${said.join(', ')}.` };
}

const SAFEGUARDS: readonly (readonly [name: string, has: (plan: Plan) => boolean])[] = [
  ['guards', ({ guards }) => guards.length > 0],
  ['holdout', ({ holdoutParts }) => holdoutParts > 0],
  ['noData', ({ noData }) => noData !== undefined],
  ['windows', ({ windows }) => windows.length > 0],
  ['deadline', ({ deadlineMs }) => deadlineMs !== undefined],
];

function planLoosened(old: Project, now: Project): Problem | undefined {
  for (const [id, before] of old.plans) {
    const after = now.plans.get(id);
    const lost = SAFEGUARDS.filter(([, has]) => has(before) && after !== undefined && !has(after));
    if (lost.length === 0) continue;
    const sentence = `The plan "${id}" no longer has ${lost.map(([name]) => name).join(', ')}.`;
    return { at: ['plans', id], onKey: true, code: 'plan-loosened', sentence };
  }
  return undefined;
}

/** The files that bring about a mass change, each with the sentence of the hold. */
export function massChangeWarnings(bench: Workbench, holds: readonly Hold[]): Told[] {
  if (holds.length === 0) return [];
  const byPath = new Map([...bench.units.byId.values()].map((unit) => [unit.path, unit]));
  return holds
    .filter(({ kind }) => kind === 'mass-change')
    .flatMap(({ paths, sentence }) =>
      paths.flatMap((path) => {
        const unit = byPath.get(path);
        return unit === undefined
          ? []
          : [{ unit, problem: { at: [], code: 'mass-change', sentence } as const }];
      }),
    );
}
