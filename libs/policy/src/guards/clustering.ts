import type { ArmCounts, ErrorWindow } from './error-window.js';

/**
 * The factor phi that evidence is divided by, because errors come in clusters: one broken client that repeats its call
 * all day is one observation, not thousands. Without it 0.2 % of broken clients raise a false alarm in one rollout of
 * six (reference note on rollouts, A3.6).
 */
export interface ClusteringState {
  readonly errors: number;
  readonly squares: number;
  /** At least 1; never shrinks while the evidence lives, or old evidence would come back. */
  readonly phi: number;
  /** False once there were errors that nobody said the clustering of. */
  readonly known: boolean;
}

export const NO_CLUSTERING: ClusteringState = { errors: 0, squares: 0, phi: 1, known: true };

/** The state after the windows of one moment. Subjects: max(1, Σx² / Σx) since the beginning, both arms (A3.1). */
export function addClustering(state: ClusteringState, windows: readonly ErrorWindow[]): ClusteringState {
  let { errors, squares, phi, known } = state;
  for (const { clustering, treatment, control } of windows) {
    if (clustering === undefined) known &&= treatment.errors + control.errors === 0;
    else if (clustering.kind === 'measured') phi = Math.max(phi, clustering.phi);
    else {
      errors += clustering.errors;
      squares += clustering.squares;
    }
  }
  if (errors > 0) phi = Math.max(phi, squares / errors);
  return { errors, squares, phi, known };
}

/**
 * Phi over SDK instances, from what each counted since the wave began. Source: Pearson's dispersion in the form of a
 * quotient of sums; decision record 15 says why the form for subjects does not serve here.
 *
 * Subjects rarely fail twice by chance; an instance does so all the time, and Σx² / Σx over instances that are all
 * alike grows like the number of errors of each. So the square is taken of the distance to what the instance would have
 * with the rate of its arm. Taken arm by arm: otherwise the harm that is looked for would hide itself.
 *
 * Answers `undefined` while it cannot be measured: without errors, or with errors only in arms of one instance.
 */
export function measureInstanceClustering(arms: {
  readonly candidate: readonly ArmCounts[];
  readonly control: readonly ArmCounts[];
}): number | undefined {
  const spreads = [spreadOf(arms.candidate), spreadOf(arms.control)];
  const expected = spreads.reduce((sum, spread) => sum + spread.expected, 0);
  if (!(expected > 0)) return undefined;
  return Math.max(1, spreads.reduce((sum, spread) => sum + spread.found, 0) / expected);
}

/** The sum of squared distances, and what it would be on average if instances of an arm were alike. */
function spreadOf(instances: readonly ArmCounts[]): { readonly found: number; readonly expected: number } {
  let exposures = 0;
  let errors = 0;
  let squaredExposures = 0;
  for (const instance of instances) {
    exposures += instance.exposures;
    errors += instance.errors;
    squaredExposures += instance.exposures ** 2;
  }
  if (errors === 0) return { found: 0, expected: 0 };
  const rate = errors / exposures;
  let found = 0;
  for (const instance of instances) found += (instance.errors - rate * instance.exposures) ** 2;
  return { found, expected: errors * (1 - squaredExposures / exposures ** 2) };
}
