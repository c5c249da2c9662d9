// `npm run simulate:guards`: lives through thousands of rollouts with the guards of the product and with what others do,
// and holds the figures against what is published for the method. Ends with 1 if one of the product's own misses its bound.
//   -- --json      all figures for machines, on standard output
//   -- --quick     a twentieth of the runs; medians then have to fit within the chance of so few runs
//   -- --seed N    other chance
//   -- --only TEXT only the scenarios with this text in their table or name
import { availableParallelism } from 'node:os';
import { SCENARIOS, summarize } from '../../libs/policy/dist/guards/simulation/index.js';
import { simulateAll } from './pool.mjs';
import { printTables } from './tables.mjs';

const PUBLISHED_SEED = 20261125;
const args = process.argv.slice(2);
const options = readOptions();

const scenarios = SCENARIOS.map((scenario, index) => ({
  index,
  scenario,
  runs: options.quick ? Math.ceil(scenario.runs / 20) : scenario.runs,
})).filter(({ scenario }) => `${scenario.table} ${scenario.name}`.includes(options.only));
const began = performance.now();
const outcomes = await simulateAll(scenarios, {
  seed: options.seed,
  workers: Math.min(availableParallelism(), 8),
  onProgress: showProgress,
});
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage();
const summaries = scenarios.map(({ scenario, index }) => summarize(scenario, outcomes.get(index)));
const missed = summaries.flatMap(({ table, name, methods }) =>
  methods.flatMap((it) => (it.missed === undefined ? [] : [`${table}, ${name}, ${it.method}: ${it.missed}`])),
);
const runs = scenarios.reduce((sum, it) => sum + it.runs, 0);
const result = {
  seed: options.seed,
  quick: options.quick,
  runs,
  seconds: Math.round(seconds),
  cpuSeconds: Math.round((user + system) / 1e6),
  missed,
  summaries,
};
if (options.json) console.log(JSON.stringify(result, null, 1));
else printTables(result);
process.exitCode = missed.length === 0 ? 0 : 1;

function readOptions() {
  const known = new Set(['--json', '--quick', '--seed', '--only']);
  const unknown = args.find((arg, index) => arg.startsWith('--') && !known.has(arg) && !isValue(index));
  const seed = Number(after('--seed') ?? PUBLISHED_SEED);
  if (unknown !== undefined || !Number.isSafeInteger(seed)) {
    console.error('Options: --json, --quick, --seed WHOLE-NUMBER, --only TEXT.');
    process.exit(2);
  }
  return {
    json: args.includes('--json'),
    quick: args.includes('--quick'),
    seed,
    only: after('--only') ?? '',
  };
}

function after(name) {
  return args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
}

function isValue(index) {
  return args[index - 1] === '--only' || args[index - 1] === '--seed';
}

/** On a terminal one line that changes, elsewhere a line every tenth of the work. */
function showProgress({ done, total, elapsedMs, last }) {
  const left = Math.round(((elapsedMs / done) * (total - done)) / 1000);
  const line = `${Math.floor((100 * done) / total)} % of the work, about ${left} s left`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}      ${last ? '\n' : ''}`);
  else if (last || Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total))
    process.stderr.write(`${line}\n`);
}
