import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGitRemote, flagFile, projectFile, runGit } from '@guidon/testkit';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo, type FakeIoOptions } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const GIVEN = ['--owner', 'checkout', '--description', 'Buy with one click'];

describe('guidon new', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true });
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function run(args: readonly string[], options: FakeIoOptions = {}) {
    const io = createIo(args, { cwd, env: { PATH: process.env.PATH, HOME: cwd }, ...options });
    return { code: await runCli(io), ...io.written, questions: io.questions };
  }
  const read = (path: string) => readFileSync(join(cwd, 'flags', path), 'utf8');
  const amount = () => readdirSync(join(cwd, 'flags'), { recursive: true }).length;

  it('writes a flag and its test that pass lint, fmt and test', async () => {
    const { code, out } = await run(['new', 'one-click', ...GIVEN, '--folder', 'checkout']);
    expect([code, out]).toEqual([0, expect.stringContaining('+ flags/checkout/one-click.yaml\n')]);
    expect(read('checkout/one-click.yaml')).toBe(`type: release
owner: checkout
description: Buy with one click
expires: 2027-05-22
safe: off
environments:
  development: on
  staging: off
  production: off
`);
    expect(read('checkout/one-click.test.yaml')).toContain(
      'expect: { development: on, staging: off, production: off }',
    );
    const lint = await run(['lint', '--strict', '--json']);
    expect([lint.code, JSON.parse(lint.out).findings]).toEqual([0, []]);
    expect((await run(['fmt', '--check'])).code).toBe(0);
    expect((await run(['test', 'flags/checkout/one-click.yaml'])).code).toBe(0);
  });

  it('asks a person for what the options leave open, and again for what will not do', async () => {
    const answers = [
      '',
      'nobody',
      'search',
      'Order of the results',
      '2020-01-01',
      '2027-01-10',
      '',
      '',
      'production',
      'none',
    ];
    const { code, questions, err } = await run(['new', 'result-order'], { answers });
    expect(code).toBe(0);
    expect(questions[0]).toBe('release, experiment or ops? [release] ');
    expect(questions[1]).toMatch(/^Which team owns it\? \(catalog, checkout, /);
    expect(err).toContain('There is no team nobody; choose');
    expect(err).toContain('2020-01-01 is not after today, 2026-11-23.');
    expect(err).toContain('production is protected');
    expect(read('result-order.yaml')).toMatch(
      /owner: search\n.*\nexpires: 2027-01-10\n[\s\S]*development: off/,
    );
  });

  it('suggests the team of whom git knows', async () => {
    const { code } = await run(['new', 'x-1', '--description', 'A thing'], {
      env: { PATH: process.env.PATH, HOME: cwd, GUIDON_KEY: undefined },
    });
    expect(code).toBe(2);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(cwd, '.gitconfig'), '[user]\n\temail = odd@acme.example\n');
    expect((await run(['new', 'x-1', '--description', 'A thing'])).code).toBe(0);
    expect(read('x-1.yaml')).toContain('owner: search\n');
  });

  it('writes experiments and switches with values of their types', async () => {
    const experiment = [
      'new',
      'price-tag',
      '--type',
      'experiment',
      '--variants',
      'large=2.5,small=1',
      '--safe',
      'small',
    ];
    expect((await run([...experiment, ...GIVEN])).code).toBe(0);
    expect(read('price-tag.yaml')).toContain('variants:\n  large: 2.5\n  small: 1\nsafe: small\n');
    const ops = [
      'new',
      'slow-mode',
      '--type',
      'ops',
      '--variants',
      'fast,off',
      '--safe',
      'off',
      '--on',
      'none',
    ];
    expect((await run([...ops, ...GIVEN])).code).toBe(0);
    expect(read('slow-mode.yaml')).toContain('review: 2027-05-22\nvariants:\n  fast: fast\n  off: "off"\n');
    expect((await run(['lint', '--strict'])).code).toBe(0);
  });

  it('refuses a key that any folder has in any case, an archived one included', async () => {
    const before = amount();
    for (const [key, path] of [
      ['New-Checkout', 'checkout/new-checkout.yaml'],
      ['price-rounding', 'catalog/price-rounding.yaml'],
    ] as const) {
      const { code, err } = await run(['new', key, ...GIVEN]);
      expect([code, err]).toEqual([1, expect.stringContaining(`already: ${path}`)]);
    }
    expect(amount()).toBe(before);
  });

  it('refuses what is no key or no place, and options that will not do', async () => {
    const before = amount();
    for (const args of [
      ['a b'],
      ['guidon'],
      ['x.test'],
      ['x', '--folder', '../..'],
      ['x', '--folder', 'segments'],
      ['x', '--type', 'config'],
      ['x', '--on', 'production'],
      ['x', '--expires', '2027-02-30'],
      ['x', '--variants', 'a,a'],
      ['x', '--variants', 'on=1,off=text'],
    ])
      expect([args, (await run(['new', ...args, ...GIVEN])).code]).toEqual([args, 2]);
    expect(amount()).toBe(before);
  });

  it('refuses the key of a flag that was deleted, however long ago', async () => {
    const remote = await createGitRemote({
      files: {
        'flags/guidon.yaml': projectFile(),
        'flags/pay/old-flag.yaml': flagFile(),
        'flags/b.yaml': flagFile(),
      },
    });
    const { person } = remote;
    await person.git('rm', '--quiet', 'flags/pay/old-flag.yaml');
    await person.commit('Delete the old flag');
    const env = { PATH: process.env.PATH, HOME: cwd };
    const again = createIo(['new', 'Old-Flag', '--owner', 'payments', '--description', 'A thing'], {
      ...{ cwd: person.folder, env },
    });
    expect(await runCli(again)).toBe(1);
    expect(again.written.err).toContain(
      'was used before, by pay/old-flag.yaml, and a key is never used again',
    );
    const other = createIo(['new', 'fresh', '--owner', 'payments', '--description', 'A thing', '--json'], {
      ...{ cwd: person.folder, env },
    });
    expect(await runCli(other)).toBe(0);
    expect(JSON.parse(other.written.out).written).toEqual(['flags/fresh.yaml', 'flags/fresh.test.yaml']);
  });

  it('refuses every new key in a shallow clone, and lint and plan say that the past is not there', async () => {
    const remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/old-flag.yaml': flagFile() },
    });
    await remote.publish({ 'flags/old-flag.yaml': undefined, 'flags/b.yaml': flagFile() }, 'Delete it');
    const shallow = join(cwd, 'shallow');
    await runGit('/', ['clone', '--quiet', '--depth', '1', remote.url, shallow]);
    const there = (...args: string[]) => run(args, { cwd: shallow });
    const call = ['new', 'old-flag', '--owner', 'payments', '--description', 'A thing'];
    const refused = await there(...call);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('shallow clone');
    expect(refused.err).toContain('git fetch --unshallow');
    expect(readdirSync(join(shallow, 'flags'))).toEqual(['b.yaml', 'guidon.yaml']);

    const missing = { sentence: expect.stringContaining('shallow clone'), fix: expect.any(String) };
    for (const command of ['lint', 'plan']) {
      expect((await there(command)).out).toContain('shallow clone');
      expect(JSON.parse((await there(command, '--json')).out)).toMatchObject({ missingPast: missing });
    }
    expect((await there('lint', '--format', 'github')).out).toMatch(/^::warning title=shallow clone::/);
    expect((await there('lint', '--format', 'gitlab')).err).toContain('git fetch --unshallow');
    expect((await there('plan', '--markdown')).out).toContain('⚠️ This is a shallow clone');

    await runGit(shallow, ['fetch', '--quiet', '--unshallow']);
    expect((await there(...call)).err).toContain('was used before, by old-flag.yaml');
    expect(JSON.parse((await there('lint', '--json')).out)).not.toHaveProperty('missingPast');
  });
});
