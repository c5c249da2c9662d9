import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createIo, json } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const cwd = fileURLToPath(new URL('../../../..', import.meta.url));

async function run(...args: string[]) {
  const io = createIo(['explain', ...args], { cwd });
  const code = await runCli(io);
  return { code, out: io.written.out, err: io.written.err };
}

describe('guidon explain', () => {
  it('shows which part of a condition failed and what the context has there', async () => {
    const { code, out } = await run(
      ...['new-checkout', '--environment', 'production', '--context', 'accountId=acct-10787'],
      ...['--context', 'store.country=SE', '--context', 'orders=6'],
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^new-checkout in production\n/);
    expect(out).toMatch(/^ {2}killed\? +no$/m);
    expect(out).toMatch(/^ {2}rule nordic-pilot +does not match$/m);
    expect(out).toMatch(/^ {2} +orders is at least 50 +no +is 6$/m);
    expect(out).toMatch(/^ {2} +store\.country in \[.*SE.*\] +yes +is "SE"$/m);
    expect(out).toMatch(/→ off = false \(DEFAULT\)\n$/);
  });

  it('shows unit, bucket and shares of a rollout at a stage', async () => {
    const { out } = await run(
      'new-checkout',
      '--env',
      'production',
      '--stage',
      'quarter',
      '--context',
      '{"accountId":"acct-3"}',
    );
    expect(out).toMatch(/^ {2}rollout +(serves on|matches, but not within 25 %) +25 % of everyone$/m);
    expect(out).toMatch(
      /^ {4}by accountId +bucket \d+ of 100000 +unit acct-3, salt new-checkout; takes on 0–25000$/m,
    );
  });

  it('says of a rollout that has not begun that it has not, and of none where there is none', async () => {
    const args = ['new-checkout', '--env', 'production', '--context', 'accountId=acct-3'];
    expect((await run(...args)).out).toMatch(/^ {2}rollout +not begun$\n^ {2}everyone else +serves off$/m);
    expect(JSON.parse((await run(...args, '--json')).out).steps).toContainEqual({
      step: 'rollout-not-begun',
    });
    expect((await run(...args, '--stage', 'quarter')).out).not.toContain('not begun');
    expect((await run('new-checkout', '--env', 'development')).out).not.toContain('rollout');
  });

  it('agrees with eval in JSON, and takes values as the project declares them', async () => {
    const args = ['new-checkout', '--env', 'production', '--context', 'accountId=7', '--json'];
    const explained = JSON.parse((await run(...args)).out);
    const io = createIo(['eval', ...args], { cwd });
    await runCli(io);
    const { value, variant, reason } = JSON.parse(io.written.out);
    expect(explained.outcome).toEqual({ value, variant, reason });
    const orders = await run('new-checkout', '--context', 'orders=many');
    expect([orders.code, orders.err]).toEqual([
      2,
      expect.stringContaining('orders is a number, and "many" is none'),
    ]);
  });

  it('asks the server for what is served now', async () => {
    const served = {
      ...{ flag: 'a', environment: 'production', revision: 'r', generation: 7 },
      steps: [{ step: 'kill', killed: true, serves: 'off' }],
      outcome: { value: false, variant: 'off', reason: 'DISABLED' },
    };
    const io = createIo(
      [
        'explain',
        'a',
        '--server',
        '--environment',
        'production',
        '--context',
        'orders=7',
        '--at',
        '2027-01-31',
      ],
      { serve: () => json(served) },
    );
    expect(await runCli(io)).toBe(0);
    expect(io.sent[0]).toMatchObject({
      method: 'POST',
      url: 'http://127.0.0.1:4242/api/v1/flags/a/explain',
      body: { context: { orders: 7 }, environment: 'production', at: '2027-01-31T00:00:00.000Z' },
    });
    expect(io.written.out).toContain('killed?  yes: serves off');
    expect((await run('a', '--server', '--stage', 'quarter')).code).toBe(2);
  });

  it('answers the same for an unknown flag or environment, with and without a server', async () => {
    for (const [code, args] of [
      ['flag-not-found', ['nowhere']],
      ['environment-not-found', ['new-checkout', '--env', 'moon']],
    ] as const) {
      const serve = () => json({ title: 'No such thing', code, detail: '' }, 404);
      const io = createIo(['explain', ...args, '--server', '--json'], { cwd, serve });
      const here = await run(...args, '--json');
      expect([await runCli(io), JSON.parse(io.written.out).error.code]).toEqual([2, code]);
      expect([here.code, JSON.parse(here.out).error.code]).toEqual([2, code]);
    }
  });

  it('says that there is no such flag, environment or stage', async () => {
    expect(await run('nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no flag nowhere'),
    });
    expect(await run('new-checkout', '--env', 'moon')).toMatchObject({ code: 2 });
    expect(await run('new-checkout', '--env', 'production', '--stage', 'moon')).toMatchObject({ code: 2 });
  });
});
