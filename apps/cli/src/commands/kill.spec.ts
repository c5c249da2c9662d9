import { createGitRemote, temporaryFolder } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { ADMIN_KEY, bodyOf, createIo, json, TODAY_MS } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const ID = '01JD8Z5N3V6M2QK8W4T7R9XYAB';
const PRESSED = {
  id: ID,
  scope: { flag: 'new-checkout' },
  targets: [
    { flag: 'new-checkout', environment: 'production' },
    { flag: 'new-checkout', environment: 'staging' },
  ],
  reason: 'payments fail',
  actor: 'ada@acme.example',
  pressedAt: '2026-11-23T12:00:00Z',
  dryRun: false,
  durability: 'database',
  reach: { replicas: 1, streams: 3 },
};
const serve = () => json(PRESSED, 201);
const AT_PRODUCTION = ['--env', 'production', '--reason', 'payments fail'];

describe('guidon kill', () => {
  it('sends the scope, the environments and the reason with an idempotency key', async () => {
    const io = createIo(
      ['kill', 'new-checkout', '--env', 'production,staging', '--reason', 'payments fail'],
      {
        serve,
      },
    );
    expect(await runCli(io)).toBe(0);
    expect(io.sent).toHaveLength(1);
    const [request] = io.sent;
    expect(request?.method).toBe('POST');
    expect(request?.url).toBe('http://127.0.0.1:4242/api/v1/red-button');
    expect(request?.headers.get('authorization')).toBe(`Bearer ${ADMIN_KEY}`);
    expect(request?.headers.get('idempotency-key')).toBe('id-1');
    expect(request?.body).toEqual({
      scope: { flag: 'new-checkout' },
      environments: ['production', 'staging'],
      reason: 'payments fail',
    });
  });

  it('prints what was switched off where, durability, reach and the line that revives it', async () => {
    const io = createIo(['kill', 'new-checkout', ...AT_PRODUCTION], { serve });
    await runCli(io);
    expect(io.written.out).toContain('Switched off 1 flag in 2 environments');
    expect(io.written.out).toContain('  production, staging: new-checkout\n');
    expect(io.written.out).toContain('database');
    expect(io.written.out).toContain('1 replica, 3 open streams');
    expect(io.written.out).toContain(`: guidon revive ${ID} --reason "`);
  });

  it('prints lines that can be pasted where the command was called through npx', async () => {
    const command = 'npx --no-install guidon';
    const press = createIo(['kill', 'new-checkout', ...AT_PRODUCTION], { serve, command });
    await runCli(press);
    expect(press.written.out).toContain(`: npx --no-install guidon revive ${ID} --reason "`);
    const help = createIo(['kill', '--help'], { command });
    await runCli(help);
    expect(help.written.out).toMatch(/^ {2}npx --no-install guidon kill --rollouts /m);
    expect(help.written.out).not.toMatch(/^ {2}guidon /m);
  });

  it.each([
    [['--tag', 'checkout'], { tag: 'checkout' }],
    [['--team', 'payments'], { team: 'payments' }],
    [['--commit', 'abcdef1234'], { commit: 'abcdef1234' }],
    [['--rollouts'], { rollouts: true }],
    [['--all'], { all: true }],
  ])('presses for %j', async (args, scope) => {
    const io = createIo(['kill', ...args, ...AT_PRODUCTION], { serve });
    expect(await runCli(io)).toBe(0);
    expect(bodyOf(io).scope).toEqual(scope);
  });

  it('presses everywhere with --env all', async () => {
    const io = createIo(['kill', '--all', '--env', 'all', '--reason', 'all is wrong'], { serve });
    await runCli(io);
    expect(bodyOf(io).environments).toBe('all');
  });

  it('reads an expiry as a time from now', async () => {
    const io = createIo(['kill', 'a', ...AT_PRODUCTION, '--expires', '2h'], { serve });
    await runCli(io);
    expect(Date.parse(String(bodyOf(io).expiresAt))).toBe(TODAY_MS + 2 * 3_600_000);
  });

  it('tells an expiry as a time from now', async () => {
    const expiresAt = '2026-11-23T14:00:00.000Z';
    const io = createIo(['kill', 'a', ...AT_PRODUCTION, '--expires', '2h'], {
      serve: () => json({ ...PRESSED, expiresAt }),
    });
    await runCli(io);
    expect(io.written.out).toContain(`Expires: in 2 h (${expiresAt}) in unprotected environments`);
  });

  it('resolves a commit by its name where there is a checkout, and says so where there is none', async () => {
    const remote = await createGitRemote({ files: { 'flags/a.yaml': 'x\n' } });
    const here = createIo(['kill', '--commit', 'HEAD', ...AT_PRODUCTION], {
      serve,
      cwd: remote.person.folder,
    });
    expect(await runCli(here)).toBe(0);
    expect(bodyOf(here).scope).toEqual({ commit: await remote.head() });
    for (const [cwd, named, sentence] of [
      [await temporaryFolder(), 'HEAD', 'there is no Git checkout here to look HEAD up in'],
      [remote.person.folder, 'no-such-branch', 'Git knows no commit no-such-branch in this checkout'],
    ] as const) {
      const io = createIo(['kill', '--commit', named, ...AT_PRODUCTION], { serve, cwd });
      expect(await runCli(io)).toBe(2);
      expect(io.written.err).toContain(sentence);
      expect(io.sent).toHaveLength(0);
    }
  });

  it('tells a dry run apart from a press', async () => {
    const { id: _, ...without } = PRESSED;
    const io = createIo(['kill', 'new-checkout', ...AT_PRODUCTION, '--dry-run'], {
      serve: () => json({ ...without, dryRun: true }),
    });
    await runCli(io);
    expect(bodyOf(io).dryRun).toBe(true);
    expect(io.written.out).toContain('Would switch off');
    expect(io.written.out).not.toContain('guidon revive');
  });

  it('asks for the reason on a terminal', async () => {
    const io = createIo(['kill', 'a', '--env', 'production'], { serve, answers: ['it burns'] });
    expect(await runCli(io)).toBe(0);
    expect(io.questions).toHaveLength(1);
    expect(bodyOf(io).reason).toBe('it burns');
  });

  it('refuses to press without a reason, a place or exactly one scope', async () => {
    const wrong = [
      ['kill', 'a', '--env', 'production'],
      ['kill', 'a', '--reason', 'payments fail'],
      ['kill', ...AT_PRODUCTION],
      ['kill', 'a', '--all', ...AT_PRODUCTION],
      ['kill', 'a', '--env', 'all,production', '--reason', 'payments fail'],
    ];
    for (const args of wrong) {
      const io = createIo(args, { serve });
      expect(await runCli(io)).toBe(2);
      expect(io.sent).toHaveLength(0);
      expect(io.written.err).toMatch(/^guidon: .+\n$/);
    }
  });

  it('repeats a press that got no answer with the same idempotency key', async () => {
    const io = createIo(['kill', 'a', ...AT_PRODUCTION], {
      serve: (_, attempt) => (attempt < 3 ? new Response('', { status: 503 }) : json(PRESSED)),
    });
    expect(await runCli(io)).toBe(0);
    expect(io.sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['id-1', 'id-1', 'id-1']);
  });

  it('says in one sentence that the server cannot be reached', async () => {
    const io = createIo(['kill', 'a', ...AT_PRODUCTION], { env: { GUIDON_URL: 'http://127.0.0.1:1/' } });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toBe(
      'guidon: The server at http://127.0.0.1:1 cannot be reached (ECONNREFUSED). Is it running, and is GUIDON_URL right?\n',
    );
  });

  it('shows a problem document with all its violations', async () => {
    const problem = {
      type: '/errors/request-invalid',
      title: 'The request is not valid',
      status: 400,
      detail: 'Two things are wrong.',
      instance: 'r-1',
      code: 'request-invalid',
      violations: [
        { pointer: '/environments', sentence: 'Nothing is listed.' },
        { pointer: '/reason', sentence: 'Say why.' },
      ],
    };
    const io = createIo(['kill', 'a', ...AT_PRODUCTION], { serve: () => json(problem, 400) });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toContain('The request is not valid: Two things are wrong.');
    expect(io.written.err).toContain('/environments: Nothing is listed.');
    expect(io.written.err).toContain('/reason: Say why.');
  });

  it('points at the key when the server does not know it', async () => {
    const problem = { title: 'A valid key is needed', status: 401, detail: '', code: 'unauthenticated' };
    const io = createIo(['kill', 'a', ...AT_PRODUCTION], { serve: () => json(problem, 401) });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toContain('GUIDON_KEY');
  });

  it('prints a failure as JSON when JSON was asked for', async () => {
    const io = createIo(['kill', 'a', ...AT_PRODUCTION, '--json']);
    expect(await runCli(io)).toBe(1);
    expect(JSON.parse(io.written.out)).toMatchObject({ error: { code: 'unreachable' } });
    expect(io.written.err).toBe('');
  });

  it.each([
    ['', 'set GUIDON_KEY'],
    ['secret', 'is not a key'],
    [`gdn_web_abcd1234_${'s'.repeat(43)}`, 'is a web key'],
  ])('refuses the key "%s" before anything is sent', async (key, sentence) => {
    const io = createIo(['kill', 'a', ...AT_PRODUCTION], { serve, env: { GUIDON_KEY: key } });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain(sentence);
    expect(io.sent).toHaveLength(0);
  });

  it('warns when the key would travel readable', async () => {
    const io = createIo(['kill', 'a', ...AT_PRODUCTION], {
      serve,
      env: { GUIDON_URL: 'http://flags.acme.example' },
    });
    expect(await runCli(io)).toBe(0);
    expect(io.written.err).toContain('plain http');
  });
});
