/**
 * `npm run bench`: what an evaluation costs, against closures written by hand, in the same run.
 *
 *   --rounds N   rounds, contenders in turn within each (5)
 *   --only a,b   contenders: floor, engine, direct, noop, provider (floor is always there); or `replay` or `guarded` by itself
 *   --json       print the result as JSON instead of tables
 *
 * Never fails on a timing: it prints the aims and whether they were met. It fails on wrong answers.
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders.mjs';
import { printGuarded } from './guarded.mjs';
import { judge, judgeReplay, print, printReplay } from './report.mjs';

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));
/** 128 MB of young generation: nothing is collected while bytes are counted. */
const COUNTING = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Math.max(1, Math.trunc(Number(args.rounds)) || 5);

function work(contender, mode, options = {}) {
  const flags = mode === 'bytes' ? COUNTING : [];
  const child = spawnSync(process.execPath, [...flags, WORKER, contender, mode, JSON.stringify(options)], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  const line = child.stdout?.trim().split('\n').at(-1);
  if (child.status !== 0 || !line) throw new Error(`${contender} ${mode} failed:\n${child.stderr}`);
  return JSON.parse(line);
}

function present(names) {
  const wrong = [];
  const found = [];
  for (const name of names) {
    const result = work(name, 'check');
    if (result.missing) {
      console.error(`${CONTENDERS[name].title}: not in this tree, left out`);
      continue;
    }
    found.push(name);
    wrong.push(...(result.wrong ?? []).map((sentence) => `${CONTENDERS[name].title}: ${sentence}`));
  }
  if (wrong.length === 0) return found;
  console.error(`Wrong answers, nothing was timed:\n${wrong.join('\n')}`);
  process.exit(1);
}

function measure(names) {
  const runs = Object.fromEntries(names.map((name) => [name, { speed: [], bytes: [] }]));
  const loads = { 1000: [], 10000: [] };
  const replays = [];
  const machineLoad = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      runs[name].speed.push(work(name, 'speed').ns);
      if (round < 3) runs[name].bytes.push(work(name, 'bytes').bytes);
    }
    for (const flags of Object.keys(loads))
      loads[flags].push(work('engine', 'load', { flags: Number(flags) }));
    replays.push(work('engine', 'replay'));
    machineLoad.push(Number(loadavg()[0].toFixed(2)));
    console.error(`round ${round + 1} of ${rounds}, load average ${machineLoad.at(-1)}`);
  }
  return { runs, loads, replays, machineLoad };
}

const started = performance.now();
if (args.only === 'replay') {
  const replay = judgeReplay(Array.from({ length: rounds }, () => work('engine', 'replay')));
  console.log(args.json ? JSON.stringify(replay, null, 2) : printReplay(replay));
  process.exit(0);
}
if (args.only === 'guarded') {
  const guarded = work('direct', 'guarded');
  console.log(args.json ? JSON.stringify(guarded, null, 2) : printGuarded(guarded));
  process.exit(0);
}
const wanted = args.only?.split(',') ?? Object.keys(CONTENDERS);
const names = present(Object.keys(CONTENDERS).filter((name) => name === 'floor' || wanted.includes(name)));
const { runs, loads, replays, machineLoad } = measure(names);
const conditions = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  rounds,
  machineLoad,
  seconds: Math.round((performance.now() - started) / 1000),
};
const result = judge({ conditions, names, runs, loads, replays });
console.log(args.json ? JSON.stringify(result, null, 2) : print(result));
