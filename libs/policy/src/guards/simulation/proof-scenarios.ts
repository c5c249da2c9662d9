import { proof } from './detectors.js';
import { armsOf, drawWindow, inPercent, race, type Scenario } from './scenario.js';

type Figures = readonly [median: number, p90: number];

const CANARY = 0.05;
/** How many times the published p90 a run lasts at most. */
const PATIENCE = 3;

/** Table A3.5: base rate, bound, calls per look, then with both arms alike and with a canary. */
const PROOFS: readonly (readonly [number, number, readonly [number, number], Figures, Figures])[] = [
  [0.001, 2, [500, 500], [22_500, 68_000], [11_000, 24_500]],
  [0.001, 3, [500, 500], [11_000, 28_000], [3500, 8500]],
  [0.001, 5, [500, 500], [5000, 15_500], [1500, 3500]],
  [0.01, 2, [50, 50], [2450, 6800], [1050, 2750]],
  [0.01, 3, [50, 50], [950, 2950], [350, 900]],
  [0.01, 5, [50, 50], [550, 1600], [150, 350]],
  [0.05, 1.5, [20, 20], [1540, 3660], [740, 1660]],
  [0.05, 2, [20, 20], [520, 1340], [200, 520]],
  [0.05, 3, [20, 20], [220, 600], [80, 200]],
];

function prove(row: (typeof PROOFS)[number], share: number): Scenario {
  const [rate, below, [evenLook, canaryLook], even, canary] = row;
  const [callsPerLook, figures] = share === 0.5 ? [evenLook, even] : [canaryLook, canary];
  const arms = armsOf({ from: rate, to: rate }, share, callsPerLook);
  const looks = Math.ceil((PATIENCE * figures[1]) / callsPerLook);
  return {
    table: `A3.5 Treatment calls until safety is proved, ${share === 0.5 ? '50/50' : 'canary of 5 %'}`,
    name: `${inPercent(rate)}, below ${below}`,
    kind: 'detection',
    runs: 1000,
    simulate: (random) => race([proof(below)], looks, (index) => drawWindow(index, random, arms)),
    published: { proof: { median: figures[0], p90: figures[1] } },
    ours: ['proof'],
  };
}

export const PROOF_SCENARIOS: readonly Scenario[] = [
  ...PROOFS.map((row) => prove(row, 0.5)),
  ...PROOFS.map((row) => prove(row, CANARY)),
];
