import type { Finding } from '../model/index.js';
import { FINDING_CODES } from '../schema/index.js';
import { unreadable } from './document.js';
import { type BlobCache, cacheOf } from './document-cache.js';
import { findingOf, orderFindings } from './findings.js';
import type { LoadInput, LoadResult } from './load-types.js';
import type { Quarantine } from './quarantine.js';
import { settle } from './settle.js';
import { budgetWarnings } from './time-warnings.js';
import { unitsOf } from './units.js';
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
  return {
    snapshot,
    findings: findingsOf(bench, quarantine, snapshot === undefined),
    frozen: [...frozen].sort(),
    state: isRejected ? 'rejected' : frozen.size > 0 ? 'partly' : 'accepted',
  };
}

function findingsOf(bench: Workbench, quarantine: Quarantine, hasNoProject: boolean): Finding[] {
  const findings = bench.units.refused.map(({ path, problem }) => findingOf(path, problem, undefined));
  for (const { unit, problem } of quarantine.verdicts) {
    findings.push(findingOf(unit.path, problem, bench.document(unit)?.locate));
  }
  for (const [id, warnings] of bench.warnings) {
    const unit = bench.units.byId.get(id)!;
    // What was refused already has its errors; its warnings concern a version that is not served.
    if (!bench.isNew(unit)) continue;
    for (const problem of warnings)
      findings.push(findingOf(unit.path, problem, bench.document(unit)?.locate));
  }
  const project = bench.units.byId.get('project');
  if (bench.project !== undefined && project !== undefined) {
    const locate = bench.isNew(project) ? bench.document(project)?.locate : undefined;
    for (const problem of budgetWarnings(bench.flags.values(), bench.project)) {
      findings.push(findingOf(project.path, problem, locate));
    }
  }
  const isExplained = findings.some(
    ({ path, code }) => path === 'guidon.yaml' && FINDING_CODES[code as never],
  );
  if (hasNoProject && !isExplained) {
    const problem = { at: [], code: 'project-missing', sentence: 'There is no guidon.yaml.' } as const;
    findings.push(findingOf('guidon.yaml', problem, undefined));
  }
  return orderFindings(findings);
}
