import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const PILOT = JSON.stringify({ accountId: 'acct-10787', 'store.country': 'SE', orders: 60 });

describe('guidon eval', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'guidon-cli-'));
    cpSync(SAMPLE, join(cwd, 'flags'), { recursive: true });
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  async function answer(...args: string[]) {
    const io = createIo(['eval', ...args, '--json'], { cwd });
    expect([await runCli(io), io.written.err]).toEqual([0, '']);
    return JSON.parse(io.written.out);
  }

  it('serves the first environment when none is named', async () => {
    expect(await answer('new-checkout')).toEqual({
      flag: 'new-checkout',
      environment: 'development',
      value: true,
      variant: 'on',
      reason: 'DEFAULT',
    });
  });

  it('names the rule that matched', async () => {
    expect(await answer('new-checkout', '--env', 'production', '--context', PILOT)).toMatchObject({
      value: true,
      ruleId: 'nordic-pilot',
    });
  });

  it('reads the context from a file', async () => {
    writeFileSync(join(cwd, 'someone.json'), PILOT);
    expect(await answer('new-checkout', '--env', 'production', '--context', '@someone.json')).toMatchObject({
      ruleId: 'nordic-pilot',
    });
  });

  it('stands at the stage of the rollout that is named', async () => {
    const someone = JSON.stringify({ accountId: 'acct-10503' });
    const at = (...stage: string[]) =>
      answer('new-checkout', '--env', 'production', '--context', someone, ...stage);
    expect(await at()).toMatchObject({ variant: 'off' });
    expect(await at('--stage', 'canary')).toMatchObject({ variant: 'off' });
    expect(await at('--stage', 'early')).toMatchObject({ variant: 'on', reason: 'SPLIT' });
    expect(await at('--stage', 'done')).toMatchObject({ variant: 'on' });
  });

  it('stands at the time that is named', async () => {
    const at = (now: string) =>
      answer('gift-wrapping', '--env', 'production', '--context', '{"store.country":"NO"}', '--now', now);
    expect(await at('2026-12-05T10:00:00+01:00')).toMatchObject({ variant: 'on' });
    expect(await at('2027-01-05')).toMatchObject({ variant: 'off' });
  });

  it('prints value, reason and rule for a person', async () => {
    const io = createIo(['eval', 'new-checkout', '--env', 'production', '--context', PILOT], { cwd });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toContain('new-checkout in production: on\n');
    expect(io.written.out).toMatch(/value +true\n/);
    expect(io.written.out).toMatch(/rule +nordic-pilot\n/);
  });

  it('warns of an attribute that nobody declared', async () => {
    const io = createIo(['eval', 'new-checkout', '--context', '{"acountId": "acct-1"}'], { cwd });
    expect(await runCli(io)).toBe(0);
    expect(io.written.err).toContain('acountId');
  });

  it('points at --now when the time is given as an attribute', async () => {
    const io = createIo(['eval', 'new-checkout', '--context', '{"now": "2027-01-05"}'], { cwd });
    expect(await runCli(io)).toBe(0);
    expect(io.written.err).toBe('guidon: warning: now is built in; use --now to set it.\n');
  });

  it.each([
    [['no-such-flag'], 'There is no flag no-such-flag'],
    [['new-checkout', '--env', 'moon'], 'choose development, staging, production'],
    [['new-checkout', '--context', '{'], '--context is not JSON'],
    [['new-checkout', '--context', '[1]'], '--context wants an object'],
    [['new-checkout', '--context', '@missing.json'], 'cannot be read'],
    [['new-checkout', '--now', 'tomorrow'], '--now wants an instant'],
    [['new-checkout', '--stage', 'half'], 'has no rollout in development'],
    [['new-checkout', '--env', 'production', '--stage', 'x'], 'choose staff, canary'],
  ])('answers 2 and says what is wrong: %j', async (args, sentence) => {
    const io = createIo(['eval', ...args], { cwd });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain(sentence);
  });

  it('gives no answer for a flag whose file is refused, and says why', async () => {
    const path = join(cwd, 'flags/payments/payments-v2.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('safe: off', 'safe: of'));
    const io = createIo(['eval', 'payments-v2'], { cwd });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toMatch(/payments\/payments-v2\.yaml:\d+:\d+ /);
  });
});
