// The flags and callers of the serving benchmark: a Git repository with hundreds of flag files in the usual mixture (of
// 100: 40 boolean, 30 splits, 20 with 1 to 5 conditions, 5 with JSON variants, 3 over a segment, 2 with a requirement).
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { makeContexts } from '../engine/workload.mjs';

const run = promisify(execFile);
const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example'];

const PROJECT = `project: bench
timezone: UTC
environments:
  - id: development
attributes:
  email: string
  country: string
  tier: string
  shopId: string
  appVersion: semver
  orders: number
teams:
  shop: { members: [ada@acme.example] }
limits: { flagsPerTeam: 10000, ageDays: 36500, jumpPoints: 10, massChange: 30 }
`;

const CONDITIONS = [
  { country: ['NO', 'SE', 'DK', 'FI', 'CH'] },
  { shopId: Array.from({ length: 50 }, (_, n) => `shop-${String(n * 2).padStart(3, '0')}`) },
  { appVersion: { gte: '2.4.0' } },
  { email: { startsWith: 'buyer' } },
  { orders: { gt: 30 } },
];

function flagFile(environment, more = '') {
  return `type: release
owner: shop
description: A flag of the benchmark
expires: 2099-01-01
safe: off
${more}environments:
  development:
${environment}
`;
}

/** The text of one boolean flag that everybody gets alike: what the change benchmark flips. */
export function plainFlag(serve) {
  return flagFile(`    serve: ${serve}`);
}

/** `hundreds` times the mixture. */
export function flagFiles(hundreds = 1) {
  const files = new Map([
    ['flags/guidon.yaml', PROJECT],
    [
      'flags/segments/nordic-buyers.yaml',
      'owner: shop\ndescription: Buyers up north\nwhen: { country: [NO, SE, DK, FI], email: { startsWith: buyer } }\n',
    ],
  ]);
  const put = (kind, n, text) => files.set(`flags/${kind}/${kind}-${n}.yaml`, text);
  for (let n = 0; n < 40 * hundreds; n += 1) put('boolean', n, plainFlag(n % 3 === 0 ? 'off' : 'on'));
  for (let n = 0; n < 30 * hundreds; n += 1)
    put('split', n, flagFile(`    split: { on: ${(n % 30) * 3 + 5}, off: ${95 - (n % 30) * 3} }`));
  for (let n = 0; n < 20 * hundreds; n += 1) {
    const when = Object.assign({}, ...CONDITIONS.slice(0, (n % 5) + 1));
    put('target', n, flagFile(rule(when)));
  }
  const variants = 'variants:\n  off: { layout: old, columns: 2 }\n  on: { layout: new, columns: 3 }\n';
  for (let n = 0; n < 5 * hundreds; n += 1)
    put('object', n, flagFile('    split: { on: 50, off: 50 }', variants));
  for (let n = 0; n < 3 * hundreds; n += 1) put('segment', n, flagFile(rule({ segment: 'nordic-buyers' })));
  for (let n = 0; n < 2 * hundreds; n += 1)
    put('required', n, flagFile('    serve: on', `requires: { split-${n}: on }\n`));
  return files;
}

function rule(when) {
  return `    rules:\n      - id: some\n        when: ${JSON.stringify(when)}\n        serve: on\n    serve: off`;
}

/** 500 OFREP request bodies. */
export function bodies() {
  return makeContexts(500).map((context) => JSON.stringify({ context }));
}

/** A bare repository with the flags, a clone of it, and `publish`, which commits, pushes and returns the commit's id. */
export async function createRemote(hundreds = 1) {
  const root = await mkdtemp(join(tmpdir(), 'guidon-bench-'));
  const bare = join(root, 'flags.git');
  const clone = join(root, 'clone');
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  await run('git', ['init', '--quiet', '--initial-branch=main', clone]);
  const publish = async (files) => {
    for (const [path, text] of files) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      await writeFile(join(clone, path), text);
    }
    await run('git', ['add', '--all'], { cwd: clone });
    await run('git', [...IDENTITY, 'commit', '--quiet', '--message=Change flags'], { cwd: clone });
    await run('git', ['push', '--quiet', bare, 'HEAD:refs/heads/main'], { cwd: clone });
    return (await run('git', ['rev-parse', 'HEAD'], { cwd: clone })).stdout.trim();
  };
  await publish(flagFiles(hundreds));
  return { root, url: pathToFileURL(bare).href, publish };
}
