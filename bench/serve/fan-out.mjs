// From the press of the red button, and from a published change, to the last of many streams, beside a bare node:http
// that broadcasts to as many in the same run.
import { startBare } from './children.mjs';
import { plainFlag } from './project.mjs';
import { openStreams } from './streams.mjs';
import { median } from './throughput.mjs';

/** Press to the last stream, as a multiple of the bare broadcast. The press has a transaction in it, the broadcast nothing. */
export const FAN_OUT_AIM = 1.3;

export async function measureFanOut(start, remote, { streams: count, presses, say }) {
  const guidon = await start();
  const bare = await startBare('broadcast');
  const headers = { authorization: `Bearer ${guidon.keys.server}` };
  const ours = await openStreams({
    port: guidon.port,
    path: '/sdk/v1/stream',
    headers,
    count,
    opened: 'event: ruleset',
  });
  const theirs = await openStreams({ port: bare.port, path: '/', count, opened: ': hello' });
  say(`${count} streams opened on each, ${ours.openedPerSecond.toFixed(0)} a second on ours`);
  const kills = [];
  const changes = [];
  const broadcasts = [];
  for (let n = 0; n < presses; n += 1) {
    kills.push(await press(guidon, ours));
    broadcasts.push(await broadcast(bare, theirs));
    if (n < 5)
      changes.push(await change(guidon, remote, { streams: ours, serve: n % 2 === 0 ? 'on' : 'off' }));
  }
  const usage = await guidon.usage();
  ours.close();
  theirs.close();
  await Promise.all([guidon.stop(), bare.stop()]);
  const last = median(kills.map((kill) => kill.lastMs));
  const bareLast = median(broadcasts.map((one) => one.lastMs));
  return {
    streams: count,
    presses,
    openedPerSecond: ours.openedPerSecond,
    barePerSecond: theirs.openedPerSecond,
    rssMegabytes: usage.rssBytes / 1e6,
    kill: times(kills),
    change: times(changes),
    bare: times(broadcasts),
    aim: FAN_OUT_AIM,
    ratio: last / bareLast,
    spreadRatio: median(kills.map((kill) => kill.spreadMs)) / median(broadcasts.map((one) => one.spreadMs)),
  };
}

async function press(guidon, streams) {
  const heard = streams.waitFor('event: kill');
  const [times, { id }] = await Promise.all([
    heard,
    admin(guidon, '/api/v1/red-button', {
      scope: { flag: 'boolean-1' },
      environments: ['development'],
      reason: 'benchmark',
    }),
  ]);
  const revived = streams.waitFor('event: revive');
  await admin(guidon, `/api/v1/red-button/${id}/revive`, { reason: 'benchmark' });
  await revived;
  return times;
}

/** Only the spread is a property of serving: before the first stream hears of it there are Git, loading and publishing. */
async function change(guidon, remote, { streams, serve }) {
  await remote.publish([['flags/boolean/boolean-2.yaml', plainFlag(serve === 'on' ? 'off' : 'on')]]);
  const heard = streams.waitFor('event: patch');
  await admin(guidon, '/api/v1/sync', { reason: 'benchmark' });
  return heard;
}

async function broadcast(bare, streams) {
  const event = `event: kill\nid: lineage.12.digest\ndata: ${JSON.stringify({ kills: [{ id: '0'.repeat(26), flags: ['boolean-1'] }] })}\n\n`;
  const heard = streams.waitFor('event: kill');
  await fetch(`${bare.url}/broadcast`, { method: 'POST', body: event });
  return heard;
}

export async function admin(guidon, path, body) {
  const response = await fetch(guidon.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${guidon.keys.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

function times(samples) {
  const of = (name) => median(samples.map((sample) => sample[name]));
  return { firstMs: of('firstMs'), lastMs: of('lastMs'), spreadMs: of('spreadMs') };
}
