/**
 * What the evaluation of a flag costs while a rollout of it is guarded, against the same percentage without a rollout, with the
 * direct client: outside of requests, within a request that asks once, and for each of ten questions of one request. CPU time.
 */
import { serveRuleset } from './stand-in-server.mjs';
import { makeContexts } from './workload.mjs';

const SAMPLES = 15;
const EVALUATIONS = 200_000;

function flags() {
  const boolean = {
    type: 'boolean',
    variants: [
      ['off', false],
      ['on', true],
    ],
    safe: 'off',
  };
  const bucketing = { by: ['targetingKey'], salt: 'salt', algorithm: 'native' };
  const arms = [
    ['on', 25_000],
    ['off', 75_000],
  ];
  const rollout = {
    ...{
      to: { serve: 'on' },
      unit: ['targetingKey'],
      salt: 'salt',
      algorithm: 'native',
      holdoutParts: 1_000,
    },
    reached: [{ parts: 25_000 }],
    outcomes: { failures: ['http.error'], durations: ['http.latency'] },
  };
  return {
    plain: { ...boolean, rest: { split: { arms, total: 100_000, bucketing } } },
    guarded: { ...boolean, rollout, rest: { serve: 'off' } },
  };
}

/** Each runs so many evaluations. `users` is how many contexts are gone round. */
function loops(client, contexts, users) {
  let at = 0;
  let sink = 0;
  const context = () => contexts[at++ % users];
  const ask = (key, about) => {
    if (client.boolean(key, about, false)) sink++;
  };
  const times = (key) => (n) => {
    for (let i = 0; i < n; i++) ask(key, context());
  };
  const requests = (key, each) => (n) => {
    for (let i = 0; i < n; i += each) {
      const about = context();
      client.request(() => {
        for (let k = 0; k < each; k++) ask(key, about);
      });
    }
  };
  const tracked = (n) => {
    for (let i = 0; i < n; i++) {
      const about = context();
      client.request(() => {
        ask('guarded', about);
        client.track('http.error', about, { failed: i % 100 === 0 });
        client.track('http.latency', about, { value: i % 1_000 });
      });
    }
  };
  return {
    plain: times('plain'),
    guarded: times('guarded'),
    'plain, one request each': requests('plain', 1),
    'guarded, one request each': requests('guarded', 1),
    'plain, ten in a request': requests('plain', 10),
    'guarded, ten in a request': requests('guarded', 10),
    'guarded, with two outcomes': tracked,
    used: () => sink,
  };
}

export async function measureGuarded(cpuMs) {
  const { createGuidon } = await import('@guidon/node');
  const ruleset = { format: 1, environment: 'production', revision: '0', flags: flags(), segments: {} };
  const url = await serveRuleset(JSON.stringify(ruleset));
  const client = createGuidon({ url, key: `gdn_server_bench_${'0'.repeat(32)}` });
  const { state, trouble } = await client.ready();
  if (state !== 'ready') throw new Error(`the client is ${state}: ${trouble}`);
  // Fewer users than are remembered: the usual case, in which most have been seen before.
  const { used, ...all } = loops(client, makeContexts(), 5_000);
  const found = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  for (const run of Object.values(all)) run(EVALUATIONS);
  // In turn, so that a busy moment of the machine hits all of them.
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [name, run] of Object.entries(all)) {
      const start = cpuMs();
      run(EVALUATIONS);
      found[name].push(((cpuMs() - start) * 1e6) / EVALUATIONS);
    }
  }
  const ns = Object.fromEntries(
    Object.entries(found).map(([name, samples]) => [name, samples.sort((a, b) => a - b)[SAMPLES >> 1]]),
  );
  return { ns, used: used() > 0 };
}

export function printGuarded({ ns }) {
  const rows = Object.entries(ns).map(
    ([name, one]) =>
      `${name.padEnd(28)} ${one.toFixed(0).padStart(6)} ns  ${(one / ns.plain).toFixed(2)} × plain`,
  );
  return ['What an evaluation costs (direct client, a percentage):', ...rows].join('\n');
}
