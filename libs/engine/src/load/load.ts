import type { Finding, Hold } from '../model/index.js';
import { FINDING_CODES } from '../schema/index.js';
import { frozenDependants } from './dependants.js';
import { unreadable } from './document.js';
import { type BlobCache, cacheOf } from './document-cache.js';
import { findingOf, orderFindings } from './findings.js';
import { furtherProblems } from './further-problems.js';
import { holdsOf } from './holds-of.js';
import type { LoadInput, LoadResult, Touched, Waived } from './load-types.js';
import { lossWarnings, massChangeWarnings, type Told } from './losses.js';
import type { UnitId } from './problem.js';
import type { Quarantine } from './quarantine.js';
import { settle } from './settle.js';
import { keysIn } from './settled.js';
import { settledBy, teamsAfter } from './settled-by.js';
import { takeBacksOf } from './take-back.js';
import { budgetWarnings, dayOf } from './time-warnings.js';
import { unitsOf } from './units.js';
import { unitsAfter } from './units-after.js';
import { rolloutsUntestedAfter, untestedRolloutWarnings } from './untested-rollouts.js';
import { Workbench } from './workbench.js';

/**
 * Reads a revision: checks every file in itself and among the others, keeps each bad one at its last good version, and
 * says why. Pure and total: whatever the input, it returns a result, at worst what was live before.
 *
 * Order: size, decoding, depth, YAML, schema, meaning, the flags' own tests, a dry evaluation of the whole.
 */
export function load(input: LoadInput): LoadResult {
  const cache = cacheOf(input.cache);
  try {
    return loadChecked(input, cache);
  } catch (cause) {
    // The last net: nothing of the revision is used, and the reason is a finding rather than a crash of the caller.
    const finding = findingOf('guidon.yaml', unreadable('The revision', cause), undefined);
    return {
      snapshot: input.previous,
      findings: [finding],
      frozen: input.files.map(({ path }) => path),
      holds: [],
      ...{ doubts: [], wanted: [], waived: [] },
      state: 'rejected',
    };
  } finally {
    cache.settle(input.files);
  }
}

function loadChecked(input: LoadInput, cache: BlobCache): LoadResult {
  const { bench, quarantine } = settledAfter(input, cache) ?? settledWhole(input, cache);
  const { units } = bench;
  const takeBacks = takeBacksOf(bench.input);
  const frozen = new Set([...quarantine.reverted].map((id) => units.byId.get(id)!.path));
  for (const { path } of units.refused) frozen.add(path);
  const snapshot = bench.snapshot();
  const isRejected = snapshot === undefined || (frozen.size > 0 && !usesAny(bench));
  const holds = snapshot === undefined ? [] : holdsOf(bench.input, snapshot, units.touched);
  const [teams, untested] = [teamsAfter(bench), rolloutsUntestedAfter(bench)];
  const result = {
    snapshot,
    findings: findingsOf(bench, quarantine, { holds, teams, untested }),
    frozen: [...frozen].sort(),
    holds,
    ...{ doubts: takeBacks.doubts(), wanted: takeBacks.wanted() },
    waived: waivedOf(bench),
    state: isRejected ? ('rejected' as const) : frozen.size > 0 ? ('partly' as const) : ('accepted' as const),
    ...(units.touched === undefined ? {} : { touched: touchedIn(bench, units.touched) }),
  };
  if (input.cache !== undefined && snapshot !== undefined)
    cache.remember(settledBy(bench, quarantine, { snapshot, teams, untested }));
  return result;
}

function touchedIn({ units, before }: Workbench, ids: ReadonlySet<UnitId>): Touched {
  const paths = new Set<string>();
  for (const id of ids) {
    const [old, now] = [before?.units.get(id)?.previous?.path, units.byId.get(id)?.path];
    for (const path of [old, now]) if (path !== undefined) paths.add(path);
  }
  return { flags: keysIn(ids, 'flag'), segments: keysIn(ids, 'segment'), paths: [...paths] };
}

function waivedOf(bench: Workbench): Waived[] {
  return [...bench.waived].flatMap(([id, problems]) => {
    const { key, path } = bench.units.byId.get(id)!;
    const reasons = bench.flags.get(key)?.waive;
    return problems.map(({ code, sentence }) => {
      return { flag: key, path, code, sentence, reason: reasons?.get(code) ?? '' };
    });
  });
}

interface Settlement {
  readonly bench: Workbench;
  readonly quarantine: Quarantine;
}

/** Looks at everything. What an attempt before was in doubt about does not count, so the input is another one. */
function settledWhole(given: LoadInput, cache: BlobCache): Settlement {
  const input = { ...given };
  const bench = new Workbench(input, unitsOf(input), cache);
  return { bench, quarantine: settle(bench, input) };
}

/**
 * Looks only at what differs from the load that made `previous`, and at what that can concern. Undefined where that load
 * left nothing to build on, or where what differs concerns everything.
 */
function settledAfter(given: LoadInput, cache: BlobCache): Settlement | undefined {
  const input = { ...given };
  const settled = cache.settledOf(input.previous);
  if (settled === undefined || settled.day !== dayOf(input.nowMs)) return undefined;
  const units = unitsAfter(settled, input);
  if (units === undefined) return undefined;
  const bench = new Workbench(input, units, cache, settled);
  const quarantine = settle(bench, input);
  return quarantine.hasTolerated() || bench.kept.has('project') ? undefined : { bench, quarantine };
}

function usesAny(bench: Workbench): boolean {
  for (const unit of bench.units.byId.values()) if (unit.file !== undefined && bench.isNew(unit)) return true;
  return false;
}

interface Around {
  readonly holds: readonly Hold[];
  /** Counted already. */
  readonly teams: ReadonlyMap<string, number>;
  readonly untested: ReadonlyMap<UnitId, readonly string[]>;
}

function findingsOf(bench: Workbench, quarantine: Quarantine, around: Around): Finding[] {
  const { holds, teams, untested } = around;
  const told = [
    ...quarantine.verdicts,
    ...furtherProblems(bench, quarantine.verdicts),
    ...warningsOf(bench),
    ...frozenDependants(bench, new Set([...quarantine.reverted, ...bench.units.held])),
    ...lossWarnings(bench, bench.input.previous),
    ...massChangeWarnings(bench, holds),
    ...untestedRolloutWarnings(bench, untested),
  ];
  const findings = [
    ...bench.units.refused.map(({ path, problem }) => findingOf(path, problem, undefined)),
    ...told.map(({ unit, problem }) => findingOf(unit.path, problem, bench.document(unit)?.locate)),
    ...budgetFindings(bench, teams),
  ];
  const isExplained = findings.some(
    ({ path, code }) => path === 'guidon.yaml' && FINDING_CODES[code as never],
  );
  if (bench.project === undefined && !isExplained) {
    const problem = { at: [], code: 'project-missing', sentence: 'There is no guidon.yaml.' } as const;
    findings.push(findingOf('guidon.yaml', problem, undefined));
  }
  return orderFindings(findings);
}

/** Of what is served: what was refused has its errors already, and its warnings concern a version that nobody gets. */
function warningsOf(bench: Workbench): Told[] {
  return [...bench.warnings].flatMap(([id, warnings]) => {
    const unit = bench.units.byId.get(id)!;
    return bench.isNew(unit) ? warnings.map((problem) => ({ unit, problem })) : [];
  });
}

function budgetFindings(bench: Workbench, teams: ReadonlyMap<string, number>): Finding[] {
  const project = bench.units.byId.get('project');
  if (bench.project === undefined || project === undefined) return [];
  const locate = bench.isNew(project) ? bench.document(project)?.locate : undefined;
  return budgetWarnings(teams, bench.project).map((problem) => findingOf(project.path, problem, locate));
}
