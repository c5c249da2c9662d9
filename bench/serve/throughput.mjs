// Requests per second of the built server beside a bare Fastify with the same bodies, in turn within each round.
import { loadavg } from 'node:os';
import { startBare } from './children.mjs';
import { load, requestBytes } from './load.mjs';
import { bodies } from './project.mjs';

const BULK = '/ofrep/v1/evaluate/flags';
const RULESET = '/sdk/v1/ruleset';

/** What must be reached, as requests per second of ours over the yardstick's. */
export const AIMS = { single: 0.9, bulk: 1.5, unchanged: 1.0, gzip: 0.8 };

/**
 * Both servers are started anew for each round: on a machine with nested paging the same program runs up to a quarter
 * faster or slower from one process to the next, and only a median over processes evens that out.
 */
export async function measureThroughput(start, { rounds, seconds, connections, say }) {
  const measured = new Map();
  for (let round = 0; round < rounds; round += 1) {
    const guidon = await start();
    const { rows, settings } = await makeRows(guidon);
    const bare = await startBare('fastify', settings);
    // Who goes first changes with the round, so that neither always follows the other's garbage.
    const order = round % 2 === 0 ? { ours: guidon, bare } : { bare, ours: guidon };
    try {
      for (const row of rows) {
        for (const server of [guidon, bare]) await burst(server, row, { seconds: 1, connections });
        const pair = {};
        for (const [who, server] of Object.entries(order))
          pair[who] = await burst(server, row, { seconds, connections });
        const { name, title } = row;
        measured.set(name, { name, title, rounds: [...(measured.get(name)?.rounds ?? []), pair] });
      }
    } finally {
      await Promise.all([guidon.stop(), bare.stop()]);
    }
    say(`throughput, round ${round + 1} of ${rounds}, load average ${loadavg()[0].toFixed(2)}`);
  }
  return [...measured.values()].map(summarise);
}

async function makeRows(guidon) {
  const headers = { authorization: `Bearer ${guidon.keys.server}` };
  const asked = bodies();
  const post = async (path) =>
    (
      await fetch(guidon.url + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: asked[0],
      })
    ).text();
  const bulk = await post(BULK);
  const keys = JSON.parse(bulk).flags.map((flag) => flag.key);
  const single = [];
  for (const key of keys) single.push([key, await post(`${BULK}/${key}`)]);
  const compressed = await rawRuleset(guidon);
  const evaluate = (path) =>
    asked.map((body, n) => requestBytes({ method: 'POST', path: path(n), headers, body }));
  const row = (name, title, requests, expect = 200) => ({ name, title, requests, expect });
  return {
    settings: { single, bulk, caching: compressed.caching, gzip: compressed.body.toString('base64') },
    rows: [
      row(
        'single',
        'OFREP single',
        evaluate((n) => `${BULK}/${keys[(n * 7) % keys.length]}`),
      ),
      row(
        'bulk',
        `OFREP bulk of ${keys.length}`,
        evaluate(() => BULK),
      ),
      row(
        'unchanged',
        'ruleset unchanged, 304',
        [get(headers, { 'if-none-match': compressed.caching.etag })],
        304,
      ),
      row('gzip', 'ruleset, gzip', [get(headers, { 'accept-encoding': 'gzip' })]),
    ],
  };
}

const get = (headers, more) =>
  requestBytes({ method: 'GET', path: RULESET, headers: { ...headers, ...more } });

/** `fetch` would decompress; the yardstick needs the bytes as they travel. */
async function rawRuleset(guidon) {
  const { request } = await import('node:http');
  const headers = { authorization: `Bearer ${guidon.keys.server}`, 'accept-encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    const asked = request(guidon.url + RULESET, { headers }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      const { etag, vary, 'cache-control': cacheControl } = response.headers;
      resolve({ caching: { etag, vary, 'cache-control': cacheControl }, body: Buffer.concat(chunks) });
    });
    asked.once('error', reject);
    asked.end();
  });
}

async function burst(server, row, { seconds, connections }) {
  const before = await server.usage();
  const result = await load(server.port, row.requests, { seconds, connections, expect: row.expect });
  const after = await server.usage();
  return { ...result, cpuMicros: ((after.cpuSeconds - before.cpuSeconds) / result.count) * 1e6 };
}

function summarise({ name, title, rounds }) {
  const of = (pick) => median(rounds.map(pick));
  return {
    name,
    title,
    aim: AIMS[name],
    rounds: rounds.length,
    ratio: of(({ ours, bare }) => ours.perSecond / bare.perSecond),
    cpuRatio: of(({ ours, bare }) => bare.cpuMicros / ours.cpuMicros),
    ratios: rounds.map(({ ours, bare }) => Number((ours.perSecond / bare.perSecond).toFixed(3))),
    errors: rounds.reduce((sum, { ours, bare }) => sum + ours.errors + bare.errors, 0),
    ours: side(rounds, 'ours'),
    bare: side(rounds, 'bare'),
  };
}

function side(rounds, who) {
  const of = (name) => median(rounds.map((round) => round[who][name]));
  return {
    perSecond: of('perSecond'),
    cpuMicros: of('cpuMicros'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    bytes: of('bytes'),
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
