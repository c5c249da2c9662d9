import { type Flag, LIMITS } from '../model/index.js';
import { FINDING_CODES, type FileKind, type FindingCode } from '../schema/index.js';
import { type BoundUnit, bindUnit } from './bind-unit.js';
import type { LoadedDocument } from './document.js';
import { heuristicProblems } from './heuristics.js';
import { isWithin, type Path, type Problem } from './problem.js';
import type { Verdict } from './quarantine.js';
import { whyReferenceFails } from './references.js';
import { mendData } from './torn-data.js';
import { type Unit, unitId } from './units.js';
import { applyWaivers } from './waivers.js';
import type { Workbench } from './workbench.js';

/** Whoever broke more files than this has another worry first, and the load of a broken store must stay quick. */
const MOST_FILES = 500;

/**
 * What else is wrong with files that were refused already, so that their author hears everything at once. It changes
 * nothing that is decided: it looks at what the earlier findings leave over, and says only what does not follow from them.
 */
export function furtherProblems(bench: Workbench, verdicts: readonly Verdict[]): Verdict[] {
  const refused = new Set(verdicts.filter(isOwn).map(({ unit }) => unit));
  const project = bench.units.byId.get('project');
  // What the refused project declares would only be missed everywhere.
  if (bench.project === undefined || (project !== undefined && !bench.isNew(project)))
    for (const unit of refused) if (unit !== project) refused.delete(unit);
  return [...refused].slice(0, MOST_FILES).flatMap((unit) => {
    const known = verdicts.filter((verdict) => verdict.unit === unit).map(({ problem }) => problem);
    return furtherOf(bench, unit, known).map((problem) => ({ unit, problem }));
  });
}

function isOwn({ problem }: Verdict): boolean {
  return FINDING_CODES[problem.code].severity === 'error' && problem.code !== 'breaks-other-file';
}

function furtherOf(bench: Workbench, unit: Unit, known: readonly Problem[]): Problem[] {
  const document = bench.document(unit);
  if (document === undefined || document.problems.length > LIMITS.findingsPerFile) return [];
  try {
    return document.raw === undefined
      ? ofTornDocument(bench, unit, document)
      : afterBinding(bench, unit, { bound: bindAlone(bench, unit, document), removed: [], known });
  } catch {
    // The findings that there are suffice to refuse the file; more of them are only a courtesy.
    return [];
  }
}

function ofTornDocument(bench: Workbench, unit: Unit, document: LoadedDocument): Problem[] {
  const mended =
    document.rest === undefined ? undefined : mendData(unit.kind, document.rest, document.problems);
  if (mended === undefined) return [];
  const missing = document.problems.flatMap(({ at, code }) => (code === 'missing-field' ? [at] : []));
  const removed = [...mended.removed, ...missing];
  const bound = bindAlone(bench, unit, { ...document, raw: mended.raw });
  const placed = <Item extends { readonly at: Path }>(item: Item): Item => ({
    ...item,
    at: mended.originalPath(item.at),
  });
  const original = {
    ...bound,
    problems: bound.problems.map(placed),
    references: bound.references.map(placed),
  };
  const known = document.problems;
  const further = afterBinding(bench, unit, { bound: original, removed, known });
  const isNew = (problem: Problem) => isNews(problem, removed) && !lacksList(unit, document, problem);
  return [...original.problems.filter(isError), ...further].filter(isNew);
}

function bindAlone(bench: Workbench, unit: Unit, document: LoadedDocument): BoundUnit {
  const { project, units } = bench;
  const flag = unit.kind === 'test' ? flagAsWritten(bench, unit) : undefined;
  const hasFlagFile = units.byId.get(unitId('flag', unit.key))?.file !== undefined;
  return bindUnit(unit, document, { project, flag, hasFlagFile, units });
}

/** The flag that the author of the tests has in mind, though perhaps it will not be served; undefined if it is torn. */
function flagAsWritten(bench: Workbench, { key }: Unit): Flag | undefined {
  const unit = bench.units.byId.get(unitId('flag', key));
  const document = unit === undefined ? undefined : bench.document(unit);
  if (unit === undefined || document?.raw === undefined) return undefined;
  const bound = bindAlone(bench, unit, document);
  return bound.problems.some(isError) ? undefined : (bound.model as Flag);
}

interface Looked {
  readonly bound: BoundUnit;
  readonly removed: readonly Path[];
  readonly known: readonly Problem[];
}

/** What is seen only among the other files, and what can only be guessed; not reached where the file fails alone. */
function afterBinding(bench: Workbench, unit: Unit, { bound, removed, known }: Looked): Problem[] {
  const failing = bound.references
    .flatMap((reference) => whyReferenceFails(reference, bench) ?? [])
    .filter(({ needs = [] }) => needs.every((id) => bench.units.byId.get(id)?.file === undefined));
  const flag = unit.kind === 'flag' ? (bound.model as Flag) : undefined;
  const guessed = flag === undefined ? [] : applyWaivers(flag, heuristicProblems(flag), false).problems;
  const told = new Set(known.map(({ at, code }) => `${code} ${at.join('\n')}`));
  return [...failing, ...guessed].filter(
    (problem) => !told.has(`${problem.code} ${problem.at.join('\n')}`) && isNews(problem, removed),
  );
}

function isError({ code }: Problem): boolean {
  return FINDING_CODES[code].severity === 'error';
}

/** Codes that tell how the parts of an environment, a plan or the variants stand to each other. */
const RELATIONS: ReadonlySet<FindingCode> = new Set([
  'archived-shape',
  'field-for-type',
  'last-stage',
  'missing-field',
  'mixed-variants',
  'object-keys-differ',
  'same-salt',
  'serve-or-split',
  'stage-percent',
  'stage-shape',
  'text-booleans',
  'useless-bucketing',
  'entitlement-shaped',
]);
/** What a name is looked up in, where that stands in the file itself. */
const DECLARED_IN: { readonly [kind in FileKind]: { readonly [code in FindingCode]?: string } } = {
  flag: { 'unknown-variant': 'variants' },
  segment: {},
  test: {},
  project: {
    'unknown-team': 'teams',
    'unknown-environment': 'environments',
    'unknown-attribute': 'attributes',
    'unknown-tag': 'tags',
  },
};

/** Whether a finding would stand if what was taken out were right. */
function isNews({ at, code }: Problem, removed: readonly Path[]): boolean {
  return removed.every((gone) => {
    if (isWithin(at, gone) || isWithin(gone, at)) return false;
    return !(RELATIONS.has(code) && (gone.length === 1 || gone[0] === at[0]));
  });
}

/** Names are looked up in a list of the file that is refused itself, or perhaps misspelt and hence not there. */
function lacksList({ kind }: Unit, { rest, problems }: LoadedDocument, { code }: Problem): boolean {
  const list = DECLARED_IN[kind][code];
  if (list === undefined) return false;
  const isMisspelt = problems.some((one) => one.code === 'unknown-key' && one.at.length === 1);
  return problems.some(({ at }) => at[0] === list) || (isMisspelt && !Object.hasOwn(rest as object, list));
}
