/**
 * One contender, one measurement, one process: `worker.mjs <contender> <check|speed|bytes|load|replay|guarded> <options as JSON>`.
 * Prints one line of JSON; `{"missing":true}` for a contender that is not in this tree.
 */

import { check } from './check.mjs';
import { CONTENDERS, rulesetText } from './contenders.mjs';
import { measureGuarded } from './guarded.mjs';
import { measureReplay } from './replay.mjs';
import { CLASSES, makeContexts, makeFlags } from './workload.mjs';

const [name, mode, json = '{}'] = process.argv.slice(2);
const options = { sampleMs: 20, samples: 15, warmMs: 250, flags: 100, ...JSON.parse(json) };
const contender = CONTENDERS[name];
// Microseconds instead of nanoseconds each, and garbage with all of them: steadier with more and longer samples.
if (contender.awaits) Object.assign(options, { sampleMs: 40, samples: 21 });
const flags = makeFlags(options.flags);

/** Results end up here, so that no compiler can find them unused. */
let sink = 0;

/** CPU time of all threads: neighbours on the same cores do not count, garbage collection does. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A function that evaluates n times, going round flags and contexts out of step. */
function loop(evaluate, list, contexts) {
  const keys = list.map((flag) => flag.key);
  const fallbacks = list.map((flag) => (flag.class === 'multivariate' ? {} : false));
  let flag = 0;
  let context = 0;
  const step = () => {
    if (++flag === keys.length) flag = 0;
    if (++context === contexts.length) {
      context = 0;
      if (++flag >= keys.length) flag = 0;
    }
  };
  if (contender.awaits) {
    return async (n) => {
      for (let i = 0; i < n; i++) {
        if ((await evaluate(keys[flag], contexts[context], fallbacks[flag])) === true) sink++;
        step();
      }
    };
  }
  return (n) => {
    for (let i = 0; i < n; i++) {
      if (evaluate(keys[flag], contexts[context], fallbacks[flag]) === true) sink++;
      step();
    }
  };
}

/** All flags for one user, then for the next; one call is one user. */
function userLoop(evaluate, contexts) {
  const keys = flags.map((flag) => flag.key);
  const fallbacks = flags.map((flag) => (flag.class === 'multivariate' ? {} : false));
  let at = 0;
  if (contender.awaits) {
    return async (n) => {
      for (let i = 0; i < n; i++) {
        const context = contexts[at++ % contexts.length];
        for (let k = 0; k < keys.length; k++) {
          if ((await evaluate(keys[k], context, fallbacks[k])) === true) sink++;
        }
      }
    };
  }
  return (n) => {
    for (let i = 0; i < n; i++) {
      const context = contexts[at++ % contexts.length];
      for (let k = 0; k < keys.length; k++) if (evaluate(keys[k], context, fallbacks[k]) === true) sink++;
    }
  };
}

function loops(evaluate) {
  const contexts = makeContexts();
  const classes = CLASSES.map((name) => [name, flags.filter((flag) => flag.class === name)]);
  return [
    ...classes.map(([name, list]) => [name, loop(evaluate, list, contexts)]),
    ['overall', loop(evaluate, flags, contexts)],
    ['user', userLoop(evaluate, contexts)],
  ];
}

/** Runs until the compilers are done with it, by CPU time: on a busy machine wall time would cut it short. */
async function warmUp(run, atLeast) {
  const end = cpuMs() + options.warmMs;
  for (let done = 0; cpuMs() < end || done < atLeast; done += 50) await run(50);
}

/** How many evaluations a sample has, so that the clock is fine enough and garbage collection falls inside it. */
async function sampleSize(run) {
  for (let n = 1; ; n *= 2) {
    const start = cpuMs();
    await run(n);
    if (cpuMs() - start >= options.sampleMs / 2) return n;
  }
}

/** Nanoseconds per value (for `user`: per user), median of samples. */
async function speed(evaluate) {
  const ns = {};
  for (const [name, run] of loops(evaluate)) {
    await warmUp(run, 0);
    const n = await sampleSize(run);
    const samples = [];
    for (let i = 0; i < options.samples; i++) {
      const start = cpuMs();
      await run(n);
      samples.push(((cpuMs() - start) * 1e6) / n);
    }
    ns[name] = median(samples);
  }
  return { ns };
}

/** Heap bytes per value. The young generation is so large in this mode that nothing is collected while counting. */
async function bytes(evaluate) {
  const counts = loops(evaluate).map(([name, run]) => {
    const n = contender.awaits ? 1_500 : 50_000;
    return { name, run, n: name === 'user' ? n / 50 : n };
  });
  // Everything is warm before anything is counted: what a compiler leaves on the heap is no one's value.
  for (const { run, n } of counts) await warmUp(run, 4 * n);
  const found = {};
  for (const { name, run, n } of counts) {
    const samples = [];
    for (let i = 0; i < 15; i++) {
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      await run(n);
      samples.push((process.memoryUsage().heapUsed - before) / n);
    }
    found[name] = median(samples);
  }
  return { bytes: found };
}

/** From JSON text to the first answer, and then to the last flag compiled; in a cold process. */
async function load() {
  const { compile, warm } = await import('@guidon/engine/compile');
  const { evaluate } = await import('@guidon/engine/evaluate');
  const text = rulesetText(flags);
  const [context] = makeContexts(1);
  const key = flags[flags.length - 1].key;
  const start = cpuMs();
  const wall = performance.now();
  const view = compile(JSON.parse(text), { generation: 1, killed: new Set() });
  if (evaluate(view, key, context, 0).value === true) sink++;
  const ready = cpuMs();
  const readyWall = performance.now();
  warm(view);
  return {
    loadMs: ready - start,
    loadWallMs: readyWall - wall,
    warmMs: cpuMs() - ready,
    textBytes: text.length,
  };
}

async function measure() {
  if (mode === 'load') return load();
  if (mode === 'replay') return measureReplay(cpuMs);
  if (mode === 'guarded') return measureGuarded(cpuMs);
  const evaluate = await contender.make(flags);
  if (evaluate === undefined) return { missing: true };
  if (mode === 'check') return contender.checked ? check(evaluate, flags) : { wrong: [] };
  return mode === 'speed' ? speed(evaluate) : bytes(evaluate);
}

const result = await measure();
console.log(JSON.stringify({ ...result, sink: sink > 0 }));
process.exit(0);
