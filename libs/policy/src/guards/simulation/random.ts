// A test runs in a context of its own, in which every use of a global is a slow look-up.
const { cos, floor, log, log1p, PI, sqrt } = Math;

/** Seeded chance: the same seed gives the same figures everywhere. */
export interface Random {
  /** Above 0, below 1. */
  readonly uniform: () => number;
  /** How many of `trials` succeed, each with chance `chance`. */
  readonly binomial: (trials: number, chance: number) => number;
  /** A count with the mean `mean`. */
  readonly poisson: (mean: number) => number;
  readonly normal: () => number;
}

export function createRandom(seed: number): Random {
  const uniform = uniformFrom(seed);
  return {
    uniform,
    binomial: (trials, chance) =>
      chance > 0.5 ? trials - successes(uniform, trials, 1 - chance) : successes(uniform, trials, chance),
    poisson: (mean) => arrivals(uniform, mean),
    normal: () => sqrt(-2 * log(uniform())) * cos(2 * PI * uniform()),
  };
}

/** Small fast counter, 32 bits: three words of state and a counter. Source: C. Doty-Humphrey, PractRand, sfc32. */
function uniformFrom(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return ((sum >>> 0) + 0.5) / 4294967296;
  };
  for (let warm = 0; warm < 15; warm += 1) next();
  return next;
}

/** Jumps from success to success, so that rare errors among many calls cost little. */
function successes(uniform: () => number, trials: number, chance: number): number {
  if (chance <= 0) return 0;
  const step = log1p(-chance);
  let count = 0;
  for (let at = jump(uniform, step); at < trials; at += 1 + jump(uniform, step)) count += 1;
  return count;
}

function jump(uniform: () => number, step: number): number {
  return floor(log(uniform()) / step);
}

function arrivals(uniform: () => number, mean: number): number {
  let count = 0;
  let time = -log(uniform());
  while (time < mean) {
    count += 1;
    time -= log(uniform());
  }
  return count;
}
