import { startErrorRatio } from '../assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS } from '../error-ratio-settings.js';
import type { Clustering, ErrorWindow } from '../error-window.js';
import type { Random } from './random.js';
import type { Outcomes, Scenario } from './scenario.js';

/**
 * Clients that fail half their calls whatever the flag says, in a fleet with a few heavy users; no effect. Source:
 * reference note on rollouts, A3.6, last table.
 */
export interface Clients {
  readonly subjects: number;
  /** Share of the subjects that are broken. */
  readonly broken: number;
  readonly windows: number;
}

const HEALTHY_RATE = 0.01;
const BROKEN_RATE = 0.5;
const MEAN_CALLS = 1;

interface Subject {
  readonly isTreated: boolean;
  readonly rate: number;
  readonly calls: number;
  errors: number;
}

/** Ways to count, `corrected` is the product's. */
const WAYS = ['raw', 'capped', 'per window', 'corrected', 'once'] as const;
type Way = (typeof WAYS)[number];

/** By way of counting: at which window the guard alarms. */
export function brokenClientAlarms(clients: Clients, random: Random): { readonly [W in Way]: number } {
  const subjects = Array.from({ length: clients.subjects }, () => createSubject(clients, random));
  const runs = WAYS.map((way) => ({ way, run: startErrorRatio({ ...ERROR_RATIO_DEFAULTS, minErrors: 0 }) }));
  const alarms = Object.fromEntries(WAYS.map((way) => [way, Number.POSITIVE_INFINITY])) as {
    [W in Way]: number;
  };
  for (let index = 0; index < clients.windows; index += 1) {
    const windows = liveWindow(subjects, random, index);
    for (const { way, run } of runs)
      if (run.add([windows[way]])) alarms[way] = Math.min(alarms[way], index + 1);
  }
  return alarms;
}

function createSubject({ broken }: Clients, random: Random): Subject {
  return {
    isTreated: random.uniform() < 0.5,
    rate: random.uniform() < broken ? BROKEN_RATE : HEALTHY_RATE,
    // Log-normal with this mean: the heaviest percent makes about a seventh of the calls.
    calls: MEAN_CALLS * Math.exp(random.normal() - 0.5),
    errors: 0,
  };
}

function createArms() {
  return { treatment: { exposures: 0, errors: 0 }, control: { exposures: 0, errors: 0 } };
}

function liveWindow(
  subjects: readonly Subject[],
  random: Random,
  index: number,
): { readonly [W in Way]: ErrorWindow } {
  const [raw, capped, once] = [createArms(), createArms(), createArms()];
  const sums = { errors: 0, squares: 0, ofWindow: 0 };
  for (const subject of subjects) {
    const calls = random.poisson(subject.calls);
    const errors = random.binomial(calls, subject.rate);
    const arm = subject.isTreated ? 'treatment' : 'control';
    raw[arm].exposures += calls;
    raw[arm].errors += errors;
    capped[arm].exposures += calls;
    capped[arm].errors += Math.min(1, errors);
    // Who has failed before is no longer at risk.
    if (subject.errors === 0) {
      once[arm].exposures += 1;
      once[arm].errors += Math.min(1, errors);
    }
    sums.errors += errors;
    sums.ofWindow += errors * errors;
    sums.squares += errors * (2 * subject.errors + errors);
    subject.errors += errors;
  }
  const at = { startMs: index * 10_000, endMs: (index + 1) * 10_000, stratum: 'all' };
  const known = (squares: number): { readonly clustering: Clustering } => ({
    clustering: { kind: 'subjects', errors: sums.errors, squares },
  });
  return {
    raw: { ...at, ...raw },
    capped: { ...at, ...capped },
    'per window': { ...at, ...raw, ...known(sums.ofWindow) },
    corrected: { ...at, ...raw, ...known(sums.squares) },
    once: { ...at, ...once },
  };
}

const ROWS: readonly (readonly [broken: number, published: readonly [number, number, number, number]])[] = [
  [0, [2.7, 3.7, 1.3, 0.7]],
  [0.002, [17.3, 16.0, 0.3, 0]],
  [0.01, [28.3, 24.3, 0, 0.3]],
];

export const CLIENT_SCENARIOS: readonly Scenario[] = ROWS.map(([broken, published]) => ({
  table: 'A3.6 False alarms with broken clients (2,000 subjects, 50/50)',
  name: `${100 * broken} % of subjects fail half their calls`,
  kind: 'false-alarms',
  runs: 1000,
  simulate: (random): Outcomes => ({
    ...brokenClientAlarms({ subjects: 2000, windows: 100, broken }, random),
  }),
  published: {
    raw: { share: published[0] / 100 },
    capped: { share: published[1] / 100 },
    corrected: { share: published[2] / 100 },
    once: { share: published[3] / 100 },
  },
  ours: ['corrected'],
}));
