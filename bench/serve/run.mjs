/**
 * `npm run bench:serve`: what the built server serves a second, beside the same bodies from a bare Fastify; how long a
 * kill takes to many streams, beside a bare broadcast; how long a commit takes to an SDK, and a merge by webhook to one
 * SDK and to many streams, and judging a commit of one flag, at 1,000 and at 10,000 flags. All in one run.
 *
 *   --rounds N        rounds of throughput (5)
 *   --seconds N       seconds of each measurement (3)
 *   --connections N   connections of the load (50)
 *   --streams N       streams of the fan-out and of the propagation (1000)
 *   --changes N       commits to the SDK, and webhooks of each kind (12)
 *   --only a,b        of throughput, fan-out, commit, load, propagation
 *   --json            print the result as JSON instead of tables
 *
 * Never fails on a timing: it prints the aims and whether they were met. It fails on a wrong answer.
 */
import { rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startGuidon } from './children.mjs';
import { measureCommitToSdk } from './commit-to-sdk.mjs';
import { measureFanOut } from './fan-out.mjs';
import { measureLoad } from './load-commit.mjs';
import { createRemote } from './project.mjs';
import { measurePropagation } from './propagation.mjs';
import { print } from './report.mjs';
import { measureThroughput } from './throughput.mjs';

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
    streams: { type: 'string', default: '1000' },
    changes: { type: 'string', default: '12' },
    only: { type: 'string', default: 'throughput,fan-out,commit,load,propagation' },
    json: { type: 'boolean', default: false },
  },
});
const LOADED_COMMITS = 40;
const number = (name) => Math.max(1, Number(args[name]) || 1);
const wanted = new Set(args.only.split(','));
const say = (sentence) => console.error(sentence);

const started = performance.now();
const load = [loadavg()[0].toFixed(2)];
const remote = await createRemote();
const start = () => startGuidon(remote);
const result = {};
try {
  if (wanted.has('throughput')) {
    const options = {
      rounds: number('rounds'),
      seconds: number('seconds'),
      connections: number('connections'),
      say,
    };
    result.throughput = await measureThroughput(start, options);
  }
  if (wanted.has('fan-out'))
    result.fanOut = await measureFanOut(start, remote, { streams: number('streams'), presses: 11, say });
  if (wanted.has('commit'))
    result.commit = await measureCommitToSdk(start, remote, { changes: number('changes'), say });
  if (wanted.has('load')) result.load = measureLoad({ commits: LOADED_COMMITS, say });
  if (wanted.has('propagation'))
    result.propagation = await measurePropagation({
      changes: number('changes'),
      streams: number('streams'),
      say,
    });
} finally {
  await rm(remote.root, { recursive: true, force: true });
}
load.push(loadavg()[0].toFixed(2));
result.conditions = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  connections: number('connections'),
  load,
  seconds: Math.round((performance.now() - started) / 1_000),
};
console.log(args.json ? JSON.stringify(result, null, 2) : print(result));
const errors = (result.throughput ?? []).reduce((sum, row) => sum + row.errors, 0);
if (errors > 0) {
  console.error(`${errors} answers were wrong.`);
  process.exitCode = 1;
}
