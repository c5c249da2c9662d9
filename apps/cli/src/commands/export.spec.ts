import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const GOLDEN = fileURLToPath(new URL('../../test/export.golden.json', import.meta.url));

const STORE = {
  'guidon.yaml': `project: shop
environments: [{ id: development }, { id: production, protected: true, waves: [{ percent: 1, hold: 60s }] }]
attributes: { country: [NO, SE], orders: number }
tags: [checkout]
teams: { payments: { members: [ada@acme.example], contact: "#payments" } }
plans: { careful: { stages: [{ id: few, percent: 5, hold: 1h }, { id: full, percent: 100, hold: 1h, approval: payments }] } }
`,
  'segments/north.yaml': 'owner: payments\ndescription: Up north\nwhen: { country: [NO] }\n',
  'checkout.yaml': `type: release
owner: payments
description: One page
expires: 2027-02-01
tags: [checkout]
safe: off
environments:
  development: on
  production:
    rules: [{ id: pilots, when: { segment: north }, percent: 12.5, serve: on }]
    rollout: { to: on, plan: careful, start: 2026-12-01T09:00:00+01:00 }
    serve: off
`,
  'old.yaml':
    'type: ops\nowner: payments\ndescription: Gone\narchived: 2026-10-01\nvariants: { plain: "no", fancy: "017" }\nsafe: plain\nserve: fancy\n',
};

describe('guidon export', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function run(...args: string[]) {
    const io = createIo(['export', ...args], { cwd });
    const code = await runCli(io);
    return { code, out: io.written.out, err: io.written.err };
  }

  function write(files: { readonly [path: string]: string }): void {
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true, filter: (path) => !/\.(yaml|md)$/.test(path) });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(cwd, 'flags', path), text);
  }

  it('keeps the shape that docs/export.md promises', async () => {
    write(STORE);
    const { code, out, err } = await run();
    expect([code, err]).toEqual([0, '']);
    if (process.env.GUIDON_WRITE_GOLDEN === '1') writeFileSync(GOLDEN, out);
    expect(out).toBe(readFileSync(GOLDEN, 'utf8'));
    // Text stays text, whatever it looks like to other readers.
    expect(JSON.parse(out).flags[1].variants).toEqual([
      { name: 'fancy', value: '017' },
      { name: 'plain', value: 'no' },
    ]);
  });

  it('names what it leaves out, and answers 1', async () => {
    write({ ...STORE, 'old.yaml': 'type: ops\n' });
    const { code, out, err } = await run('--json');
    expect([code, err]).toEqual([1, 'guidon: left out, since it has errors: old.yaml\n']);
    expect(JSON.parse(out)).toMatchObject({ refused: ['old.yaml'], flags: [{ key: 'checkout' }] });
  });

  it('exports the whole sample shop', async () => {
    const { flags, format } = JSON.parse((await run(SAMPLE)).out);
    const files = readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.yaml') && !/\.test\.yaml$|guidon\.yaml$|^segments/.test(path),
    );
    expect([format, flags.length]).toEqual(['guidon-export/1', files.length]);
  });
});
