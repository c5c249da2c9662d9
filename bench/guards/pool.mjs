// Shares runs of scenarios out to worker threads. Each run has chance of its own, so the figures do not depend on how.
import { Worker } from 'node:worker_threads';

const RUNS_PER_TASK = 25;

/** Resolves to the outcomes of each scenario, by its index, in the order of the runs. */
export async function simulateAll(scenarios, { seed, workers, onProgress }) {
  const tasks = scenarios.flatMap(({ index, runs }) =>
    Array.from({ length: Math.ceil(runs / RUNS_PER_TASK) }, (_, part) => {
      const from = part * RUNS_PER_TASK;
      return { index, from, runs: Math.min(RUNS_PER_TASK, runs - from), seed };
    }),
  );
  const total = tasks.length;
  const parts = [];
  const began = performance.now();
  const finish = (task, outcomes) => {
    parts.push({ task, outcomes });
    onProgress({
      done: parts.length,
      total,
      elapsedMs: performance.now() - began,
      last: parts.length === total,
    });
  };
  // The most expensive tables are in the middle of the list; taken in turns, the guess of the time left is better.
  const queue = mix(tasks);
  await Promise.all(Array.from({ length: Math.min(workers, total) }, () => work(queue, finish)));
  const outcomes = new Map(scenarios.map(({ index }) => [index, []]));
  parts.sort((a, b) => a.task.index - b.task.index || a.task.from - b.task.from);
  for (const part of parts) outcomes.get(part.task.index).push(...part.outcomes);
  return outcomes;
}

function mix(tasks) {
  const step = 7919;
  const prime = tasks.length % step === 0 ? 1 : step;
  return tasks.map((_, index) => tasks[(index * prime) % tasks.length]);
}

function work(queue, finish) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.mjs', import.meta.url));
    let task;
    const next = () => {
      task = queue.pop();
      if (task === undefined) worker.terminate().then(resolve);
      else worker.postMessage(task);
    };
    worker.on('message', (outcomes) => {
      finish(task, outcomes);
      next();
    });
    worker.on('error', reject);
    next();
  });
}
