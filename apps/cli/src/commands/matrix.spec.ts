import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGuidon } from '@guidon/node';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const DIR = fileURLToPath(new URL('../../../../flags', import.meta.url));

interface Run {
  readonly name: string;
  readonly plans: readonly string[];
  readonly variants: { readonly [flag: string]: string };
  readonly values: { readonly [flag: string]: unknown };
  readonly bootstrap?: string;
}

describe('guidon matrix', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function run(...args: string[]) {
    const io = createIo(['matrix', '--dir', DIR, ...args], { cwd });
    const code = await runCli(io);
    return { code, out: io.written.out, err: io.written.err };
  }
  const runsOf = async (...args: string[]): Promise<Run[]> =>
    JSON.parse((await run(...args, '--json')).out).runs as Run[];

  it('plans the runs of two flags of which one requires the other', async () => {
    const { code, out } = await run('new-checkout', 'payments-v2');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^3 runs of 2 flags in development\n {2}run +new-checkout {2}payments-v2 {2}asked for by\n/,
    );
    expect(out).toContain('pairwise: new-checkout = on with payments-v2 = off cannot occur');
    expect(out).toContain('pairwise: 3 runs for 3 pairs; at least 3 are needed.');
  });

  it('gives the SDK a file for each run, from which it serves what the run says', async () => {
    const runs = await runsOf('--flags', 'new-checkout,payments-v2,product-page-layout', '--out', 'matrix');
    expect(runs.length).toBeGreaterThan(3);
    for (const { bootstrap, variants, values } of runs) {
      const client = createGuidon({
        url: 'http://127.0.0.1:9',
        key: `gdn_server_abcd1234_${'s'.repeat(43)}`,
        bootstrap: JSON.parse(readFileSync(join(cwd, bootstrap as string), 'utf8')),
        telemetry: false,
        logger: { warn: () => {}, error: () => {} },
      });
      expect(client.boolean('new-checkout', { targetingKey: 'u-1' }, 'neither' as never)).toBe(
        values['new-checkout'],
      );
      expect(client.boolean('payments-v2', {}, 'neither' as never)).toBe(values['payments-v2']);
      expect(variants['new-checkout']).toBe(values['new-checkout'] === true ? 'on' : 'off');
      client.close();
    }
  });

  it('prints what a job of GitHub Actions takes as its matrix, on one line', async () => {
    const { out, err } = await run('new-checkout', 'payments-v2', '--format', 'github', '--out', 'm');
    expect(out.trimEnd()).not.toContain('\n');
    expect(JSON.parse(out).include[0]).toEqual({
      name: 'all-safe',
      variants: '{"new-checkout":"off","payments-v2":"off"}',
      bootstrap: 'm/all-safe.json',
    });
    expect(err).toContain('cannot occur');
  });

  it('reads flags from a file, takes all that are alive without any, and only the plans asked for', async () => {
    writeFileSync(join(cwd, 'used.txt'), 'new-checkout # the new one\n\npayments-v2\n');
    expect(await runsOf('--file', 'used.txt', '--plans', 'all-safe')).toMatchObject([
      { name: 'all-safe', variants: { 'new-checkout': 'off', 'payments-v2': 'off' } },
    ]);
    writeFileSync(join(cwd, 'used.json'), '["dark-mode"]');
    expect((await runsOf('--file', 'used.json')).map(({ name }) => name)).toEqual(['all-safe', 'all-on']);
    const [all] = await runsOf('--plans', 'all-safe');
    expect(Object.keys(all?.variants ?? {})).not.toContain('price-rounding');
    expect(Object.keys(all?.variants ?? {}).length).toBeGreaterThan(15);
  });

  it.each([
    [['nowhere'], 'There is no flag nowhere'],
    [['--plans', 'every'], 'There is no plan every'],
    [['--file', 'missing.txt'], 'cannot be read'],
    [['--env', 'moon'], 'There is no environment moon'],
  ])('answers 2 and says what is wrong: %j', async (args, sentence) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err: expect.stringContaining(sentence) });
  });
});
