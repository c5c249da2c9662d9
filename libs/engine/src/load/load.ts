import type { Finding, Hold, Snapshot } from '../model/index.js';
import { FINDING_CODES } from '../schema/index.js';
import { frozenDependants } from './dependants.js';
import { unreadable } from './document.js';
import { type BlobCache, cacheOf } from './document-cache.js';
import { findingOf, orderFindings } from './findings.js';
import { furtherProblems } from './further-problems.js';
import type { LoadInput, LoadResult, Waived } from './load-types.js';
import { lossWarnings, massChangeWarnings, type Told } from './losses.js';
import { massChanges } from './mass-change.js';
import type { Quarantine } from './quarantine.js';
import { settle } from './settle.js';
import { takeBacksOf } from './take-back.js';
import { budgetWarnings } from './time-warnings.js';
import { trustChanges } from './trust-changes.js';
import { unitsOf } from './units.js';
import { untestedRolloutWarnings } from './untested-rollouts.js';
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
    cache.settle();
  }
}

function loadChecked(input: LoadInput, cache: BlobCache): LoadResult {
  const units = unitsOf(input);
  const bench = new Workbench(input, units, cache);
  const quarantine = settle(bench, input);
  const frozen = new Set([...quarantine.reverted].map((id) => units.byId.get(id)!.path));
  for (const { path } of units.refused) frozen.add(path);
  const snapshot = bench.snapshot();
  const used = [...units.byId.values()].some((unit) => unit.file !== undefined && bench.isNew(unit));
  const isRejected = snapshot === undefined || (frozen.size > 0 && !used);
  const holds = snapshot === undefined ? [] : holdsOf(input, snapshot);
  return {
    snapshot,
    findings: findingsOf(bench, quarantine, holds),
    frozen: [...frozen].sort(),
    holds,
    ...{ doubts: takeBacksOf(input).doubts(), wanted: takeBacksOf(input).wanted() },
    waived: waivedOf(bench),
    state: isRejected ? 'rejected' : frozen.size > 0 ? 'partly' : 'accepted',
  };
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

function holdsOf(input: LoadInput, after: Snapshot): Hold[] {
  const { previous, nowMs } = input;
  if (previous === undefined) return [];
  const passage = { before: previous, after, takeBacks: takeBacksOf(input) };
  return [...massChanges(passage), ...trustChanges(previous, after, nowMs)];
}

function findingsOf(bench: Workbench, quarantine: Quarantine, holds: readonly Hold[]): Finding[] {
  const told = [
    ...quarantine.verdicts,
    ...furtherProblems(bench, quarantine.verdicts),
    ...warningsOf(bench),
    ...frozenDependants(bench, new Set([...quarantine.reverted, ...bench.units.held])),
    ...lossWarnings(bench, bench.input.previous),
    ...massChangeWarnings(bench, holds),
    ...untestedRolloutWarnings(bench),
  ];
  const findings = [
    ...bench.units.refused.map(({ path, problem }) => findingOf(path, problem, undefined)),
    ...told.map(({ unit, problem }) => findingOf(unit.path, problem, bench.document(unit)?.locate)),
    ...budgetFindings(bench),
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

function budgetFindings(bench: Workbench): Finding[] {
  const project = bench.units.byId.get('project');
  if (bench.project === undefined || project === undefined) return [];
  const locate = bench.isNew(project) ? bench.document(project)?.locate : undefined;
  return budgetWarnings(bench.flags.values(), bench.project).map((problem) =>
    findingOf(project.path, problem, locate),
  );
}
