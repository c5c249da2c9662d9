// From the webhook that a Git host sends after a merge to one real SDK, and to the last of many streams: the delivery is
// taken, the source fetched, the revision judged, published and swapped in, and the patch sent. Twice: once with ten
// times the flags.
import { createHmac, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createGuidon } from '@guidon/node';
import { startGuidon } from './children.mjs';
import { createRemote, plainFlag } from './project.mjs';
import { openStreams } from './streams.mjs';
import { median } from './throughput.mjs';

export const PROPAGATION_AIMS = { sdkMs: 300, lastMs: 500, ratio: 2 };
const HUNDREDS = [10, 100];
const SECRET = 'the-secret-of-the-benchmark';
const FLAG = 'boolean-3';
/** Changes that do not count. */
const WARMING = 5;
const TIMEOUT_MS = 30_000;

/** Both sizes side by side, change by change in turn, so that whatever else the machine does befalls both alike. */
export async function measurePropagation({ changes, streams: count, say }) {
  const sizes = [];
  try {
    for (const hundreds of HUNDREDS) sizes.push(await startSize(hundreds));
    // What a server that has run for long has warm.
    await inTurn(WARMING, sizes, one);
    const alone = await inTurn(changes, sizes, one);
    const steps = sizes.map(({ guidon }) => stepsOf(guidon.log, changes));
    for (const size of sizes) size.streams = await openUpToDate(size.guidon, count);
    const spread = await inTurn(changes, sizes, one);
    say(`2 × ${changes} webhooks brought changes at ${sizes.map(({ flags }) => flags).join(' and ')} flags`);
    const results = sizes.map(({ flags }, index) => ({
      flags,
      sdk: times(alone[index].map(({ sdkMs }) => sdkMs)),
      last: times(spread[index].map(({ lastMs }) => lastMs)),
      steps: steps[index],
    }));
    const [few, many] = results;
    const ratios = {
      sdk: many.sdk.medianMs / few.sdk.medianMs,
      last: many.last.medianMs / few.last.medianMs,
    };
    return { changes, streams: count, aims: PROPAGATION_AIMS, sizes: results, ratios };
  } finally {
    for (const size of sizes) await stopSize(size);
  }
}

async function startSize(hundreds) {
  const remote = await createRemote(hundreds);
  const guidon = await startGuidon(remote, { GUIDON_WEBHOOK_SECRET: SECRET });
  const client = createGuidon({ url: guidon.url, key: guidon.keys.server });
  await client.ready(TIMEOUT_MS);
  return { flags: hundreds * 100, remote, guidon, client, streams: undefined };
}

async function stopSize({ remote, guidon, client, streams }) {
  streams?.close();
  client.close();
  await guidon.stop();
  await rm(remote.root, { recursive: true, force: true });
}

/** The samples of each size. */
async function inTurn(count, sizes, measure) {
  const samples = sizes.map(() => []);
  for (let n = 0; n < count; n += 1)
    for (const [index, size] of sizes.entries()) samples[index].push(await measure(size));
  return samples;
}

/** One change: pushed first, then announced; the clock runs from the sending of the webhook. */
async function one({ guidon, remote, client, streams }) {
  const before = client.boolean(FLAG, {}, false);
  const commit = await remote.publish([[`flags/boolean/${FLAG}.yaml`, plainFlag(before ? 'off' : 'on')]]);
  const changed = nextChange(client);
  const last = streams?.waitFor('event: patch');
  const from = performance.now();
  await deliver(guidon, commit);
  const sdkMs = (await changed) - from;
  if (client.boolean(FLAG, {}, before) === before)
    throw new Error('The SDK told of a change that it has not.');
  return { sdkMs, lastMs: (await last)?.lastMs };
}

function nextChange(client) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The SDK did not hear of the change.')), TIMEOUT_MS);
    const stop = client.on('change', (flags) => {
      if (!flags.includes(FLAG)) return;
      clearTimeout(late);
      stop();
      resolve(performance.now());
    });
  });
}

/** Signed as GitHub signs: docs.github.com, "Validating webhook deliveries". */
async function deliver({ url }, commit) {
  const body = JSON.stringify({ ref: 'refs/heads/main', after: commit });
  const response = await fetch(`${url}/hooks/git`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  const text = await response.text();
  if (JSON.parse(text).status !== 'queued') throw new Error(`The webhook was answered ${text}`);
}

/** Streams that have everything already, as after a reconnect: a thousand whole rulesets of ten thousand flags tell nothing here. */
async function openUpToDate({ url, port, keys }, count) {
  const headers = { authorization: `Bearer ${keys.server}` };
  const response = await fetch(`${url}/sdk/v1/ruleset`, { headers });
  await response.arrayBuffer();
  const tag = /^(?:W\/)?"([^"]+)"$/.exec(response.headers.get('etag') ?? '')?.[1];
  if (tag === undefined) throw new Error('The ruleset bears no entity tag.');
  return openStreams({
    ...{ port, path: '/sdk/v1/stream', count, opened: 'event: hello' },
    headers: { ...headers, 'last-event-id': tag },
  });
}

function times(samples) {
  return { medianMs: median(samples), slowestMs: Math.max(...samples) };
}

/** Medians over the newest revisions that the server's log tells of, step by step. */
function stepsOf(log, changes) {
  const told = log.filter(({ steps }) => steps !== undefined).slice(-changes);
  const names = Object.keys(told[0]?.steps ?? {});
  return Object.fromEntries(names.map((name) => [name, median(told.map(({ steps }) => steps[name]))]));
}
