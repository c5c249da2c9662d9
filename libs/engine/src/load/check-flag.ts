import type { Flag, Position, Project } from '../model/index.js';
import { FINDING_CODES } from '../schema/index.js';
import type { Spot } from './exchange.js';
import { heuristicProblems } from './heuristics.js';
import type { LoadInput } from './load-types.js';
import type { Problem } from './problem.js';
import { type Known, neverHeldRequirements } from './references.js';
import { rolloutProblems } from './rollout-rules.js';
import { runningRolloutProblems } from './running-rollout.js';
import { takeBacksOf } from './take-back.js';
import { timeWarnings } from './time-warnings.js';
import { transitionProblems } from './transitions.js';
import type { Unit } from './units.js';
import { whyKeyUsed } from './used-keys.js';
import { applyWaivers } from './waivers.js';

export interface FlagCheck {
  readonly unit: Unit;
  readonly flag: Flag;
  readonly project: Project;
  readonly known: Known;
  readonly input: LoadInput;
  readonly positions: ReadonlyMap<string, Position>;
}

/** What is wrong with the new version of a flag beyond its own text: heuristics, transitions, requirements, time. */
export function checkFlag(check: FlagCheck): {
  problems: readonly Problem[];
  waived: readonly Problem[];
  warnings: readonly Problem[];
} {
  const { unit, flag, project, known, input } = check;
  const judged = judgesTransitions(check);
  const before = input.previous?.flags.get(unit.key);
  const served = (id: string) => input.served?.get(id)?.get(unit.key);
  const growsBack = (spot: Spot) =>
    unit.previous !== undefined &&
    unit.file !== undefined &&
    takeBacksOf(input).growsBack(
      { kind: 'flag', key: unit.key, before: unit.previous, after: unit.file },
      spot,
    );
  const positionsUnknown = input.positionsUnknown === true;
  const transition = {
    ...{ before, after: flag, project, growsBack, served },
    ...{ positions: check.positions, positionsUnknown },
  };
  const isNews = judged && !(before === undefined && comesBack(check));
  const moves = isNews ? [...transitionProblems(transition), ...runningRolloutProblems(transition)] : [];
  const waived = applyWaivers(flag, [...heuristicProblems(flag), ...moves], judged);
  const [errors, hints] = rolloutFindings(check, before);
  const unmet = neverHeldRequirements(flag, known);
  const used = whyKeyUsed(unit, input) ?? [];
  const warnings = [...waived.warnings, ...timeWarnings(flag, project, input.nowMs), ...hints];
  if (unit.changed)
    return {
      problems: [...waived.problems, ...errors, ...unmet, used].flat(),
      waived: waived.waived,
      warnings,
    };
  // Not the fault of a file that has not changed: the required flag may have been switched off on purpose.
  const sorry = unmet.map((problem): Problem => {
    const sentence = `The file has not changed, but: ${problem.sentence}`;
    return { ...problem, code: 'kept-in-spite', sentence };
  });
  return { problems: [...waived.problems, ...errors], waived: [], warnings: [...warnings, ...sorry] };
}

/** A new flag that would be refused is looked for in the past before it is. */
function comesBack({ unit, flag, project, input }: FlagCheck): boolean {
  const news = transitionProblems({
    ...{ before: undefined, after: flag, project, positions: new Map(), positionsUnknown: false },
    ...{ growsBack: () => false, served: () => undefined },
  });
  return news.length > 0 && unit.file !== undefined && takeBacksOf(input).comesBack(unit, unit.file);
}

/** The first revision of an empty store, and versions that were live before, get no transition findings. */
function judgesTransitions({ unit, input }: FlagCheck): boolean {
  return input.previous !== undefined && unit.changed && !takeBacksOf(input).wasLive(unit, unit.file);
}

/** A file that was live, or an environment that says what it said in one that was, is never refused for its rollout. */
function rolloutFindings(
  { unit, flag, project, input }: FlagCheck,
  before: Flag | undefined,
): [errors: Problem[], warnings: Problem[]] {
  const { changed, previous, file, key } = unit;
  if (changed && takeBacksOf(input).wasLive(unit, file)) return [[], []];
  const problems = rolloutProblems({ before, after: flag, project, nowMs: input.nowMs });
  const isError = ({ code }: Problem) => FINDING_CODES[code].severity === 'error';
  const goesBack = ({ at }: Problem) =>
    changed &&
    previous !== undefined &&
    file !== undefined &&
    takeBacksOf(input).servesBack({ kind: 'flag', key, before: previous, after: file }, String(at[1]));
  return [
    problems.filter((problem) => isError(problem) && !goesBack(problem)),
    problems.filter((problem) => !isError(problem)),
  ];
}
