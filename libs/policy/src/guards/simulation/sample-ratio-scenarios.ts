import { SAMPLE_RATIO_DEFAULTS, startSampleRatio } from '../sample-ratio.js';
import type { Random } from './random.js';
import { inPercent, type Outcomes, type Scenario } from './scenario.js';

const SUBJECTS_PER_LOOK = 200;

/** Subjects, in both arms, until the sample ratio alarms. */
function watch(
  random: Random,
  at: { readonly share: number; readonly truth: number; readonly subjects: number },
): Outcomes {
  const run = startSampleRatio(SAMPLE_RATIO_DEFAULTS);
  for (let subjects = SUBJECTS_PER_LOOK; subjects <= at.subjects; subjects += SUBJECTS_PER_LOOK) {
    const treatment = random.binomial(SUBJECTS_PER_LOOK, at.truth);
    const control = SUBJECTS_PER_LOOK - treatment;
    if (run.add([{ endMs: subjects, share: at.share, treatment, control, reporters: 1 }]))
      return { 'sample ratio': subjects };
  }
  return { 'sample ratio': Number.POSITIVE_INFINITY };
}

const DEVIATIONS: readonly (readonly [share: number, truth: number, median: number])[] = [
  [0.5, 0.48, 10_200],
  [0.5, 0.45, 2200],
  [0.05, 0.04, 7200],
];

export const SAMPLE_RATIO_SCENARIOS: readonly Scenario[] = [
  ...[0.5, 0.05].map(
    (share): Scenario => ({
      table: 'A3.3 False alarms of the sample ratio, 100,000 subjects, alpha 0.001',
      name: `${inPercent(share)} of subjects`,
      kind: 'false-alarms',
      runs: 1000,
      simulate: (random) => watch(random, { share, truth: share, subjects: 100_000 }),
      published: { 'sample ratio': { share: 0 } },
      ours: ['sample ratio'],
    }),
  ),
  ...DEVIATIONS.map(
    ([share, truth, median]): Scenario => ({
      table: 'A3.3 Subjects until the sample ratio alarms',
      name: `${inPercent(truth)} instead of ${inPercent(share)}`,
      kind: 'detection',
      runs: 1000,
      simulate: (random) => watch(random, { share, truth, subjects: 10 * median }),
      published: { 'sample ratio': { median } },
      ours: ['sample ratio'],
    }),
  ),
];
