import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo, type FakeIoOptions } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const FLAG = 'checkout/new-checkout.yaml';

describe('guidon test', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true });
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function run(args: readonly string[], options: FakeIoOptions = {}) {
    const io = createIo(['test', ...args], { cwd, ...options });
    return { code: await runCli(io), ...io.written, watches: io.watches, pausesMs: io.pausesMs };
  }
  const full = (path: string) => join(cwd, 'flags', path);
  function edit(path: string, from: string, to: string): void {
    const text = readFileSync(full(path), 'utf8');
    expect(text).toContain(from);
    writeFileSync(full(path), text.replace(from, to));
  }

  it('passes every case of the sample shop and names each', async () => {
    const { code, out } = await run([]);
    expect(code).toBe(0);
    expect(out).toMatch(/^new-checkout\n( {2}✓ .+\n)+/m);
    expect(out).not.toContain('✗');
    expect(out).toMatch(/\nAll passed: \d+ cases of \d+ flags; \d+ flags without tests\.\n$/);
  });

  it('says what was expected, what came and what decided, with the place of the case', async () => {
    edit('payments/fraud-check.test.yaml', '{ variant: strict, rule: card-testing-networks }', 'normal');
    const { code, out } = await run(['flags/payments']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^ {2}✗ is strict on a network that tests stolen cards {2}flags\/payments\/fraud-check\.test\.yaml:\d+\n/m,
    );
    expect(out).toContain(
      '      production: expected normal, got strict, because rule card-testing-networks is the first that matches\n',
    );
    expect(out).not.toContain('new-checkout\n');
    expect(out).toMatch(/1 failed: \d+ cases/);
  });

  it('runs the tests of a flag whose tests fail, though it would be served to nobody', async () => {
    edit(FLAG, 'percent: 12.5', 'percent: 0.001');
    const { code, out } = await run([`flags/${FLAG}`]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /because no rule takes it \(no stage given: the rollout has not begun\), so it is everyone else/,
    );
    expect(out).toMatch(/: \d+ cases of 1 flag\.\n$/);
  });

  it('names the errors that keep a flag from being tested', async () => {
    edit(FLAG, 'owner: checkout', 'owner: nobody');
    edit('payments/fraud-check.test.yaml', 'expect: { development', 'expect: { devlopment');
    const { code, out } = await run(['--json']);
    const { flags } = JSON.parse(out);
    const of = (key: string) => flags.find((one: { flag: string }) => one.flag === key);
    expect(code).toBe(1);
    expect(of('new-checkout')).toMatchObject({ cases: [], findings: [{ code: 'unknown-team' }] });
    expect(of('fraud-check')).toMatchObject({ cases: [], findings: [{ code: 'unknown-environment' }] });
    expect(of('image-format').cases.length).toBeGreaterThan(0);
  });

  it('lists what no case reached, and fails below the share that is wanted', async () => {
    const whole = await run(['--coverage', 'flags/payments/fraud-check.yaml']);
    expect(whole.out).toMatch(/\nCoverage\n {2}✓ fraud-check {2}(\d+) of \1\n/);
    const text = readFileSync(full('payments/fraud-check.test.yaml'), 'utf8');
    const [head, first] = text.split(/\n\n(?= {2}- )/);
    writeFileSync(full('payments/fraud-check.test.yaml'), `${head}\n`);
    expect(first).toContain('card-testing-networks');
    const part = await run(['--coverage', '--coverage-min', '80', 'flags/payments/fraud-check.yaml']);
    expect(part.code).toBe(1);
    expect(part.out).toContain('      no case: rule card-testing-networks in production\n');
    expect(part.out).toContain('      no case: variant strict\n');
    expect(part.out).toMatch(/[\d.]+ % reached, 80 % wanted\.\n$/);
    expect((await run(['--coverage-min', '10', 'flags/payments/fraud-check.yaml'])).code).toBe(0);
    expect((await run(['--coverage-min', '101'])).code).toBe(2);
  });

  it('warns of a rollout that no case has seen serve the safe variant', async () => {
    rmSync(full('checkout/new-checkout.test.yaml'));
    const { code, out } = await run([`flags/${FLAG}`]);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(
        'warning new-checkout has a rollout, and no case expects its safe variant in production.\n',
      ),
    ]);
  });

  it('writes JUnit XML that names case, place and reason', async () => {
    edit('payments/fraud-check.test.yaml', 'is normal next door to them', 'is <normal> & "calm"');
    edit('payments/fraud-check.test.yaml', 'clientIp: 203.0.112.9', 'clientIp: 203.0.113.9');
    expect((await run(['--junit', 'report.xml', 'flags/payments'])).code).toBe(1);
    const xml = readFileSync(join(cwd, 'report.xml'), 'utf8');
    expect(xml).toMatch(/<testsuite name="fraud-check" tests="\d+" failures="1" errors="0">/);
    expect(xml).toMatch(
      /name="is &lt;normal&gt; &amp; &quot;calm&quot; \(production\)" file="[^"]+" line="\d+">\n\s+<failure message="production: expected normal, got strict/,
    );
    expect(xml.match(/<testcase/g)).toHaveLength((xml.match(/<testcase [^>]*\/>/g)?.length ?? 0) + 1);
  });

  it('under --watch runs again after each change, once for what comes together, and ends with the last answer', async () => {
    const changes = [
      () => edit('payments/fraud-check.test.yaml', 'production: normal', 'production: strict'),
      () => writeFileSync(full('guidon.yaml'), 'half: ['),
      () => cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true }),
    ];
    const { code, out, err, watches, pausesMs } = await run(['--watch', 'flags/payments/fraud-check.yaml'], {
      changes,
    });
    expect(code).toBe(0);
    const verdicts = out.split('\n').filter((line) => /^(All passed|\d+ failed)/.test(line));
    expect(verdicts.map((line) => line.slice(0, 10))).toEqual([
      'All passed',
      expect.stringMatching(/^\d+ failed/),
      'All passed',
      'All passed',
    ]);
    expect(out).toContain('guidon.yaml:1:');
    expect(err.match(/q ends it/g)).toHaveLength(4);
    expect([watches.closed, pausesMs.length]).toEqual([1, 3]);
  });
});
