// From a commit in a real Git remote to an SDK that has it: pushed, triggered by hand, heard on the stream, evaluated.
import { createGuidon } from '@guidon/node';
import { admin } from './fan-out.mjs';
import { plainFlag } from './project.mjs';
import { median } from './throughput.mjs';

export const COMMIT_AIM_MS = 1_000;
const TIMEOUT_MS = 30_000;

export async function measureCommitToSdk(start, remote, { changes, say }) {
  const guidon = await start();
  const client = createGuidon({ url: guidon.url, key: guidon.keys.server });
  await client.ready(TIMEOUT_MS);
  const samples = [];
  try {
    for (let n = 0; n < changes; n += 1) samples.push(await one({ guidon, remote, client }));
  } finally {
    client.close();
    await guidon.stop();
  }
  say(`${changes} changes went from commit to SDK`);
  const of = (name) => samples.map((sample) => sample[name]);
  return {
    changes,
    aimMs: COMMIT_AIM_MS,
    commitMs: median(of('commitMs')),
    triggerMs: median(of('triggerMs')),
    slowestMs: Math.max(...of('commitMs')),
  };
}

async function one({ guidon, remote, client }) {
  const before = client.boolean('boolean-3', {}, false);
  const seen = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the SDK did not see the change')), TIMEOUT_MS);
    const stop = client.on('change', () => {
      if (client.boolean('boolean-3', {}, before) === before) return;
      clearTimeout(late);
      stop();
      resolve(performance.now());
    });
  });
  const from = performance.now();
  await remote.publish([['flags/boolean/boolean-3.yaml', plainFlag(before ? 'off' : 'on')]]);
  const pushedAt = performance.now();
  const [seenAt] = await Promise.all([seen, admin(guidon, '/api/v1/sync', { reason: 'benchmark' })]);
  return { commitMs: seenAt - from, triggerMs: seenAt - pushedAt };
}
