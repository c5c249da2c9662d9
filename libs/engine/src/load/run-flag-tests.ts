import type { View } from '../compile/index.js';
import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import type {
  Condition,
  Evaluation,
  Flag,
  FlagTestCase,
  FlagTests,
  Position,
  ReachedStage,
} from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { referencesOfFlag } from './kept-model.js';
import type { Standing } from './standing.js';

export interface TestFailure {
  readonly index: number;
  readonly test: FlagTestCase;
  readonly sentence: string;
}

/** What one case got in one environment. */
export interface TestOutcome {
  readonly index: number;
  readonly test: FlagTestCase;
  readonly environment: string;
  readonly expected: { readonly variant: string; readonly rule?: string };
  readonly answer: Evaluation;
  readonly passed: boolean;
}

/**
 * Runs a flag's own tests the way an application would see them: resolve, compile, evaluate. Only the flag and what it
 * asks for are resolved, so that the cost does not grow with the project.
 */
export function flagTestOutcomes(
  snapshot: Standing,
  flag: Flag,
  options: { tests: FlagTests; nowMs: number },
): TestOutcome[] {
  const closure = closureOf(snapshot.flags, [flag]);
  const views = new Map<string, View>();
  return options.tests.cases.flatMap((test, index) =>
    [...test.expect].map(([environment, expected]): TestOutcome => {
      const view = viewFor({ snapshot, closure, flag, views }, test, environment);
      const answer = evaluate(view, flag.key, test.context, test.nowMs ?? options.nowMs);
      const passed =
        answer.variant === expected.variant &&
        (expected.rule === undefined || answer.ruleId === expected.rule);
      return { index, test, environment, expected, answer, passed };
    }),
  );
}

export function runFlagTests(
  snapshot: Standing,
  flag: Flag,
  options: { tests: FlagTests; nowMs: number },
): TestFailure[] {
  return flagTestOutcomes(snapshot, flag, options)
    .filter(({ passed }) => !passed)
    .map(({ index, test, environment, expected, answer }) => {
      const rule = expected.rule === undefined ? '' : ` by rule "${expected.rule}"`;
      const by = answer.ruleId === undefined ? '' : ` by rule "${answer.ruleId}"`;
      const got = answer.variant === undefined ? 'an error' : `"${answer.variant}"${by}`;
      const sentence = `"${test.name}" expects "${expected.variant}"${rule} in ${environment}, but gets ${got}.`;
      return { index, test, sentence };
    });
}

/** The flags with everything that their answers can depend on, through requirements and `flag` conditions. */
export function closureOf(all: Standing['flags'], flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  const found = new Map(flags.map((flag) => [flag.key, flag]));
  const open = [...flags];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const reference of referencesOfFlag(next)) {
      if (reference.to !== 'flag' || found.has(reference.key)) continue;
      const required = all.get(reference.key);
      if (required === undefined) continue;
      found.set(reference.key, required);
      open.push(required);
    }
  }
  return found;
}

interface Bench {
  readonly snapshot: Standing;
  readonly closure: ReadonlyMap<string, Flag>;
  readonly flag: Flag;
  readonly views: Map<string, View>;
}

function viewFor(bench: Bench, test: FlagTestCase, environment: string): View {
  const id = JSON.stringify([environment, test.stage ?? '', [...test.flags]]);
  const known = bench.views.get(id);
  if (known !== undefined) return known;
  const flags = new Map(bench.closure);
  for (const [key, variant] of test.flags) {
    const pinned = bench.snapshot.flags.get(key);
    if (pinned !== undefined && key !== bench.flag.key) flags.set(key, pinnedTo(pinned, variant));
  }
  const position = positionAt(bench.flag, environment, test.stage);
  const snapshot = { ...bench.snapshot, flags };
  const ruleset = resolve(snapshot, position === undefined ? [] : [position], environment, 'test');
  const view = compile(ruleset, { generation: 0, killed: new Set() });
  bench.views.set(id, view);
  return view;
}

/** The flag as if it served one variant everywhere. */
function pinnedTo(flag: Flag, serve: string): Flag {
  return { ...flag, requires: [], environments: new Map(), archived: { date: '1970-01-01', serve } };
}

/**
 * The position of a rollout that has reached a stage, or `done`; undefined before it begins and where the environment
 * has no rollout.
 */
export function positionAt(flag: Flag, environment: string, stage: string | undefined): Position | undefined {
  const rollout = flag.environments.get(environment)?.rollout;
  if (rollout === undefined || stage === undefined) return undefined;
  const { stages, holdoutParts } = rollout.plan;
  const last = stage === 'done' ? stages.length - 1 : stages.findIndex(({ id }) => id === stage);
  if (last < 0) return undefined;
  return {
    flag: flag.key,
    environment,
    planHash: 'test',
    to: rollout.to,
    unit: rollout.bucketing.by,
    salt: rollout.bucketing.salt,
    algorithm: rollout.bucketing.algorithm,
    holdoutParts: stage === 'done' ? 0 : holdoutParts,
    reached: stages.slice(0, last + 1).map(reachedStage),
  };
}

function reachedStage(stage: { id: string; audience?: Condition; parts?: number }): ReachedStage {
  return {
    stage: stage.id,
    ...(stage.audience === undefined ? {} : { audience: stage.audience }),
    parts: stage.parts ?? TOTAL_PARTS,
  };
}
