import { quantile, upperShare } from './quantile.js';
import { createRandom } from './random.js';
import type { Outcomes, Published, Scenario } from './scenario.js';

/** How a method did in a scenario, against what is published. */
export interface MethodSummary {
  readonly method: string;
  readonly isOurs: boolean;
  readonly runs: number;
  /** Share of the runs with an alarm, and the upper end of its 95 % interval. */
  readonly share: number;
  readonly upper: number;
  /** Calls until the alarm; absent where that many runs had none. */
  readonly median?: number;
  readonly p90?: number;
  readonly published?: Published;
  /** Why it does not keep what it has to; only for the product's own methods. */
  readonly missed?: string;
}

export interface ScenarioSummary {
  readonly table: string;
  readonly name: string;
  readonly kind: Scenario['kind'];
  readonly methods: readonly MethodSummary[];
}

/** The outcomes of some runs. Each run has chance of its own, so that it does not matter how they are shared out. */
export function runScenario(
  scenario: Scenario,
  part: { readonly seed: number; readonly from: number; readonly runs: number },
): readonly Outcomes[] {
  const start = hash(part.seed, `${scenario.table}, ${scenario.name}`);
  return Array.from({ length: part.runs }, (_, index) =>
    scenario.simulate(createRandom(Math.imul(start + part.from + index, 0x9e3779b1))),
  );
}

export function summarize(scenario: Scenario, outcomes: readonly Outcomes[]): ScenarioSummary {
  const methods = Object.keys(outcomes[0] ?? {}).map((method) => {
    const calls = outcomes.map((outcome) => outcome[method] ?? Number.POSITIVE_INFINITY);
    return summarizeMethod(scenario, method, calls);
  });
  return { table: scenario.table, name: scenario.name, kind: scenario.kind, methods };
}

function summarizeMethod(scenario: Scenario, method: string, calls: readonly number[]): MethodSummary {
  const alarms = calls.filter(Number.isFinite).length;
  const [median, p90] = [quantile(calls, 0.5), quantile(calls, 0.9)];
  const published = scenario.published[method];
  const summary = {
    method,
    isOurs: scenario.ours.includes(method),
    runs: calls.length,
    share: alarms / calls.length,
    upper: upperShare(alarms, calls.length),
    ...(Number.isFinite(median) ? { median } : {}),
    ...(Number.isFinite(p90) ? { p90 } : {}),
    ...(published === undefined ? {} : { published }),
  };
  // With few runs the median itself is uncertain: then it is missed only if two standard errors do not explain it.
  const spread = calls.length < ENOUGH_RUNS ? 1 / Math.sqrt(calls.length) : 0;
  const between: Between = [quantile(calls, 0.5 - spread), quantile(calls, 0.5 + spread)];
  const missed = summary.isOurs ? whyMissed(summary, scenario.kind, between) : undefined;
  return missed === undefined ? summary : { ...summary, missed };
}

/** The least and the greatest median that the runs leave open. */
type Between = readonly [least: number, greatest: number];

/** As many as the reference note asks for. */
const ENOUGH_RUNS = 1000;

/** The bounds of the reference note, A3.8: false alarms 5 % and two standard errors, medians within 15 %. */
function whyMissed(
  { share, runs, median, published }: MethodSummary,
  kind: Scenario['kind'],
  [least, greatest]: Between,
): string | undefined {
  if (kind === 'false-alarms') {
    const limit = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / runs);
    return share <= limit ? undefined : `${percent(share)} false alarms, ${percent(limit)} are allowed`;
  }
  const { atMost } = published ?? {};
  const expected = published?.median;
  if (atMost !== undefined && least > atMost) return `median ${median}, the target is ${atMost}`;
  if (expected === undefined || (greatest >= 0.85 * expected && least <= 1.15 * expected)) return undefined;
  if (median === undefined) return `no alarm in half of the runs, published ${expected}`;
  return `median ${median} is ${percent(median / expected - 1)} off the published ${expected}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** FNV-1a over the text, from the seed. */
function hash(seed: number, text: string): number {
  let value = seed | 0;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619);
  return value;
}
