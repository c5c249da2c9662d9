import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const LATER_MS = Date.parse('2030-01-01T00:00:00Z');

describe('guidon lint', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true });
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  function edit(path: string, from: string, to: string): void {
    const full = join(cwd, 'flags', path);
    const text = readFileSync(full, 'utf8');
    expect(text).toContain(from);
    writeFileSync(full, text.replace(from, to));
  }

  it('finds nothing at all in the sample shop, also under --strict', async () => {
    const io = createIo(['lint', '--strict'], { cwd });
    expect([await runCli(io), io.written.out]).toEqual([
      0,
      expect.stringMatching(/^Compared with nothing: this is no Git checkout\.\nAll good: \d+ files\.\n$/),
    ]);
  });

  it('names file, line, column, code, reason and mending of an error, and answers 1', async () => {
    edit('payments/payments-v2.yaml', 'owner: payments', 'owner: paymets');
    const io = createIo(['lint'], { cwd });
    expect(await runCli(io)).toBe(1);
    expect(io.written.out).toMatch(/^flags\/payments\/payments-v2\.yaml:3:8 error [a-z-]+\n/m);
    expect(io.written.out).toMatch(/^ {2}.*paymets.*$/m);
    expect(io.written.out).toMatch(/^ {2}why: .+$/m);
    expect(io.written.out).toMatch(/^ {2}fix: .+$/m);
  });

  it('points at the failing case when a flag does not do what its tests say', async () => {
    edit('checkout/new-checkout.yaml', 'percent: 12.5', 'percent: 13.5');
    const io = createIo(['lint', '--json'], { cwd });
    expect(await runCli(io)).toBe(1);
    const { findings } = JSON.parse(io.written.out);
    const [failed] = findings.filter(({ code }: { code: string }) => code === 'test-failed');
    expect(failed).toMatchObject({ path: 'checkout/new-checkout.test.yaml', severity: 'error' });
    const lines = readFileSync(join(cwd, 'flags/checkout/new-checkout.test.yaml'), 'utf8').split('\n');
    expect(lines.slice(failed.line - 1, failed.line + 4).join('\n')).toContain('next account');
  });

  it('lets time pass without an error, unless --strict asks', async () => {
    const mild = createIo(['lint'], { cwd, nowMs: LATER_MS });
    expect(await runCli(mild)).toBe(0);
    expect(mild.written.out).toContain('warning');
    const strict = createIo(['lint', '--strict'], { cwd, nowMs: LATER_MS });
    expect(await runCli(strict)).toBe(1);
  });

  it('prints nothing but the document where a format is asked for, with paths from the top of the checkout', async () => {
    edit('payments/payments-v2.yaml', 'owner: payments', 'owner: paymets');
    mkdirSync(join(cwd, '.git'));
    const here = { cwd: join(cwd, 'flags', 'payments') };
    const printed = async (...args: string[]) => {
      const io = createIo(['lint', 'payments-v2.yaml', '--no-base', ...args], here);
      return [await runCli(io), io.written.out, io.written.err] as const;
    };
    const [code, sarif, err] = await printed('--format', 'sarif');
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(sarif).runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'flags/payments/payments-v2.yaml',
    );
    expect((await printed('--format', 'github'))[1]).toMatch(
      /^::error file=flags\/payments\/payments-v2\.yaml,line=3,col=8,title=unknown-team::.+\n$/,
    );
    expect(await printed('--format', 'json')).toEqual(await printed('--json'));
    const [both, , why] = await printed('--json', '--format', 'sarif');
    expect([both, why]).toEqual([2, '']);
    expect((await printed('--format', 'xml'))[0]).toBe(2);
  });

  it('answers 2 where there is nothing to check', async () => {
    const io = createIo(['lint', 'no-such-folder'], { cwd });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('There is no file or folder');
  });

  it('takes one file or folder, judges it among all, and shows what concerns it', async () => {
    edit('checkout/new-checkout.yaml', 'percent: 12.5', 'percent: 13.5');
    const said = async (path: string) => {
      const io = createIo(['lint', path, '--json'], { cwd });
      const code = await runCli(io);
      const { files, findings } = JSON.parse(io.written.out);
      return { code, files, paths: findings.map(({ path: one }: { path: string }) => one) };
    };
    const tested = {
      code: 1,
      files: 2,
      paths: ['checkout/new-checkout.test.yaml', 'checkout/new-checkout.yaml'],
    };
    expect(await said('flags/checkout/new-checkout.yaml')).toEqual(tested);
    // What requires a flag that is refused is refused with it, and so are its tests.
    const refusedWithIt = ['checkout/express-pay.test.yaml', 'checkout/express-pay.yaml'];
    const folder = { code: 1, files: 10, paths: [...refusedWithIt, ...tested.paths] };
    expect(await said('flags/checkout')).toEqual(folder);
    expect(await said('flags/search')).toMatchObject({ code: 0, paths: [] });
    edit('payments/payments-v2.yaml', 'owner: payments', 'owner: paymets');
    const refused = { code: 1, files: 1, paths: ['payments/payments-v2.yaml'] };
    expect(await said('flags/payments/payments-v2.yaml')).toEqual(refused);
  });

  it('says only that the project is missing where there is no guidon.yaml, whatever else lies there', async () => {
    const other = join(cwd, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'main.yaml'), 'a: [');
    for (const path of ['other', 'other/main.yaml']) {
      const io = createIo(['lint', path, '--json'], { cwd });
      expect(await runCli(io)).toBe(1);
      const { findings } = JSON.parse(io.written.out);
      expect(findings.map(({ code }: { code: string }) => code)).toEqual(['project-missing']);
    }
  });

  it('does not call a part good while the project file is refused', async () => {
    edit('guidon.yaml', 'environments:', 'enviroments:');
    const io = createIo(['lint', 'flags/search'], { cwd });
    expect(await runCli(io)).toBe(1);
    expect(io.written.out).toContain('flags/guidon.yaml:');
  });
});
