import type { ErrorWindow } from '../error-window.js';
import { LOG_LATENCY_DEFAULTS, mixtureBoundary, mixtureRho, startLogLatency } from '../log-latency.js';
import { type Detector, eProcess } from './detectors.js';
import type { Random } from './random.js';
import { type Outcomes, race } from './scenario.js';

const { exp, log, sqrt } = Math;

/** Log-normal latencies with a median of 100 ms, as in the note. */
const CENTRE = log(100);
const SPREAD = 0.6;
/** Logarithms of the quantiles of the control, as a histogram with an edge just there would give them. */
const EDGE_95 = CENTRE + SPREAD * 1.6448536269514722;
const EDGE_99 = CENTRE + SPREAD * 2.3263478740408408;

export interface Slowdown {
  /** All calls take so many times as long. */
  readonly factor: number;
  /** This share of the calls takes two seconds longer. */
  readonly stuck: number;
}

export const NONE: Slowdown = { factor: 1, stuck: 0 };

export interface LatencySums {
  calls: number;
  logSum: number;
  logSquares: number;
  above95: number;
  above99: number;
}

export function drawArm(calls: number, random: Random, { factor, stuck }: Slowdown, swing = 0): LatencySums {
  const sums = { calls, logSum: 0, logSquares: 0, above95: 0, above99: 0 };
  const shift = CENTRE + swing + log(factor);
  for (let call = 0; call < calls; call += 1) {
    let value = shift + SPREAD * random.normal();
    if (stuck > 0 && random.uniform() < stuck) value = log(exp(value) + 2000);
    sums.logSum += value;
    sums.logSquares += value * value;
    if (value > EDGE_95) sums.above95 += 1;
    if (value > EDGE_99) sums.above99 += 1;
  }
  return sums;
}

export interface Drawn {
  readonly treatment: LatencySums;
  readonly control: LatencySums;
}

/** All guards on latency and a naive test, on the same calls. */
export function watchLatency(draw: (index: number) => Drawn, looks: number, windowsPerMean = 1): Outcomes {
  let drawn: Drawn;
  const mean = startLogLatency({ ...LOG_LATENCY_DEFAULTS, alpha: 0.05 });
  const slow = (name: string, edge: 'above95' | 'above99'): Detector => {
    const inner = eProcess({}, name);
    const count = (sums: LatencySums) => ({ exposures: sums.calls, errors: sums[edge] });
    return {
      name,
      look: (window, pooled) =>
        inner.look({ ...window, treatment: count(drawn.treatment), control: count(drawn.control) }, pooled),
    };
  };
  let gathered: Drawn | undefined;
  let windows = 0;
  const logMean: Detector = {
    name: 'log-mean',
    look: ({ endMs }) => {
      gathered = gathered === undefined ? drawn : addDrawn(gathered, drawn);
      windows += 1;
      if (windows % windowsPerMean !== 0) return false;
      const row = { endMs, ...gathered };
      gathered = undefined;
      return mean.add([row]);
    },
  };
  const contrasts = [pooledMixture(() => drawn), pooledZ(() => drawn)];
  return race(
    [slow('slow p99', 'above99'), slow('slow p95', 'above95'), logMean, ...contrasts],
    looks,
    (index) => {
      drawn = draw(index);
      return windowOf(index, drawn);
    },
  );
}

function addDrawn(a: Drawn, b: Drawn): Drawn {
  const add = (x: LatencySums, y: LatencySums): LatencySums => ({
    calls: x.calls + y.calls,
    logSum: x.logSum + y.logSum,
    logSquares: x.logSquares + y.logSquares,
    above95: x.above95 + y.above95,
    above99: x.above99 + y.above99,
  });
  return { treatment: add(a.treatment, b.treatment), control: add(a.control, b.control) };
}

function windowOf(index: number, { treatment, control }: Drawn): ErrorWindow {
  return {
    startMs: index * 10_000,
    endMs: (index + 1) * 10_000,
    stratum: 'all',
    treatment: { exposures: treatment.calls, errors: 0 },
    control: { exposures: control.calls, errors: 0 },
  };
}

function addTo(sums: number[], { calls, logSum, logSquares }: LatencySums): void {
  for (const [index, value] of [calls, logSum, logSquares].entries())
    sums[index] = (sums[index] as number) + value;
}

/** The mean of an arm, and the square of its standard error. */
function meanOf([calls, sum, squares]: readonly number[]) {
  const [n, mean] = [calls as number, (sum as number) / (calls as number)];
  return { n, mean, error: ((squares as number) / n - mean * mean) / n };
}

/** The z-test of the pooled means of the logarithm at every look, from 100 calls of each arm on. */
function pooledZ(drawn: () => Drawn): Detector {
  const arms = { treatment: [0, 0, 0], control: [0, 0, 0] };
  return {
    name: 'naive z',
    look: () => {
      addTo(arms.treatment, drawn().treatment);
      addTo(arms.control, drawn().control);
      const [a, b] = [meanOf(arms.treatment), meanOf(arms.control)];
      return a.n >= 100 && b.n >= 100 && a.mean - b.mean > 1.645 * sqrt(a.error + b.error);
    },
  };
}

/** The mixture on means that are pooled over all windows, which the note's last two rows on the log-mean are of. */
function pooledMixture(drawn: () => Drawn): Detector {
  const arms = { treatment: [0, 0, 0], control: [0, 0, 0] };
  let rho: number | undefined;
  return {
    name: 'log-mean, pooled',
    look: () => {
      addTo(arms.treatment, drawn().treatment);
      addTo(arms.control, drawn().control);
      const [a, b] = [meanOf(arms.treatment), meanOf(arms.control)];
      if (a.n < 100 || b.n < 100) return false;
      const pairs = (a.n * b.n) / (a.n + b.n);
      const variance = (a.error * a.n * a.n + b.error * b.n * b.n) / (a.n + b.n);
      rho ??= mixtureRho(250 * variance, 0.05);
      return pairs * (a.mean - b.mean) > mixtureBoundary(pairs * variance, rho, 0.05);
    },
  };
}
