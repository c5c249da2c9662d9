import type { Assignment, MatrixFlag } from './matrix-flag.js';
import { type PairwiseRuns, pairwise } from './pairwise.js';
import { settled } from './possible.js';

export const MATRIX_PLANS = ['all-safe', 'all-on', 'each-off', 'pairwise'] as const;
export type MatrixPlan = (typeof MATRIX_PLANS)[number];

export interface MatrixRun {
  /** Fit for a file name and the name of a job. */
  readonly name: string;
  /** Every plan that asks for it. */
  readonly plans: readonly MatrixPlan[];
  readonly variants: Assignment;
}

export interface Matrix {
  readonly runs: readonly MatrixRun[];
  /** What was asked for and cannot be, a sentence each. */
  readonly left: readonly string[];
  /** Present where the plan was asked for. */
  readonly pairwise?: Omit<PairwiseRuns, 'runs'> & { readonly size: number };
}

/** The runs that the plans ask for, each once; what two plans ask for is one run. */
export function planRuns(flags: readonly MatrixFlag[], plans: readonly MatrixPlan[]): Matrix {
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  const all = (pick: (flag: MatrixFlag) => string): Assignment =>
    Object.fromEntries(flags.map((flag) => [flag.key, pick(flag)]));
  const left: string[] = [];
  const runs = new Map<string, MatrixRun>();
  const add = (name: string, plan: MatrixPlan, variants: Assignment) => {
    const id = JSON.stringify(variants);
    const known = runs.get(id);
    runs.set(
      id,
      known === undefined
        ? { name, plans: [plan], variants }
        : { ...known, plans: merged(known.plans, plan) },
    );
  };
  const wanted = (plan: MatrixPlan) => plans.includes(plan);
  if (wanted('all-safe'))
    add(
      'all-safe',
      'all-safe',
      all(({ safe }) => safe),
    );
  const on = all((flag) => flag.on);
  const possibleOn = settled(byKey, on);
  if (wanted('all-on')) {
    left.push(...whyNot(on, possibleOn, 'all-on'));
    add('all-on', 'all-on', possibleOn);
  }
  for (const { key, safe } of wanted('each-off') ? flags : []) {
    const asked = { ...possibleOn, [key]: safe };
    const possible = settled(byKey, asked);
    left.push(...whyNot(asked, possible, `each-off of ${key}`));
    add(`off-${key}`, 'each-off', possible);
  }
  if (!wanted('pairwise')) return { runs: [...runs.values()], left };
  const found = pairwise(flags);
  for (const [index, run] of found.runs.entries())
    add(
      `pair-${String(index + 1).padStart(2, '0')}`,
      'pairwise',
      all(({ key }) => run[key] as string),
    );
  const { runs: pairs, ...rest } = found;
  left.push(...found.impossible.map(describeImpossible));
  return { runs: [...runs.values()], left, pairwise: { ...rest, size: pairs.length } };
}

function merged(plans: readonly MatrixPlan[], plan: MatrixPlan): readonly MatrixPlan[] {
  return plans.includes(plan) ? plans : [...plans, plan];
}

function whyNot(asked: Assignment, possible: Assignment, what: string): string[] {
  return Object.keys(asked)
    .filter((key) => asked[key] !== possible[key])
    .map((key) => `${what}: ${key} stays at ${possible[key]}, since a flag that it requires says otherwise`);
}

function describeImpossible(pair: Assignment): string {
  const parts = Object.entries(pair).map(([key, variant]) => `${key} = ${variant}`);
  return `pairwise: ${parts.join(' with ')} cannot occur, by what these flags require`;
}
