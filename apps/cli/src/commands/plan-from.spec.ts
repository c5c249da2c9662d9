import type { AnswerUsage, UsageDocument } from '@guidon/protocol';
import { createGitRemote, type GitRemote, projectFile } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo, type FakeIoOptions, json } from '../../test/create-io.js';
import type { PlanDocument } from '../plan/plan-document.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const FLAG = 'flags/checkout.yaml';
const flag = (production: string, more = '') => `type: release
owner: payments
description: One-page checkout
expires: 2099-12-31
safe: off
${more}environments:
  production:
${production.replaceAll(/^/gm, '    ')}
`;
const HELD_BACK = flag('rules:\n  - { id: buyers, when: { orders: { gte: 1 } }, serve: off }\nserve: on');
const FREE = flag('serve: on');

const usage = (answers: readonly AnswerUsage[]): UsageDocument => ({
  hours: 24,
  environments: [
    {
      environment: 'production',
      covered: { from: '2026-11-22T12:00:00.000Z', to: '2026-11-23T11:59:50.000Z', instances: 3 },
      dropped: 5,
      answers,
    },
  ],
});
const COUNTS = usage([
  { flag: 'checkout', variant: 'on', reason: 'DEFAULT', evaluations: 6_000 },
  { flag: 'checkout', variant: 'off', rule: 'buyers', reason: 'TARGETING_MATCH', evaluations: 4_000 },
]);

describe('guidon plan --from', () => {
  let remote: GitRemote;
  beforeEach(async () => {
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': projectFile(), [FLAG]: HELD_BACK } });
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('remote', 'set-head', 'origin', 'main');
    await remote.person.git('checkout', '--quiet', '-b', 'feature');
  });

  async function plan(serve: FakeIoOptions['serve'], ...more: string[]) {
    const cwd = remote.person.folder;
    const made = serve === undefined ? {} : { serve };
    const args = ['plan', '--from', 'http://127.0.0.1:4242', ...more];
    const io = createIo(args, { cwd, ...made });
    const code = await runCli(io);
    const asJson = createIo([...args, '--json'], { cwd, ...made });
    expect(await runCli(asJson)).toBe(code);
    const document = JSON.parse(asJson.written.out) as PlanDocument;
    return { code, text: io.written.out + io.written.err, document, io };
  }

  it('blocks a rule that is taken out when the counts show too many behind it, which no file can show', async () => {
    await remote.person.write(FLAG, FREE);
    const { code, text, document, io } = await plan(() => json(COUNTS));
    expect(io.sent[0]?.url).toBe('http://127.0.0.1:4242/api/v1/usage?hours=24');
    expect(code).toBe(1);
    expect(document.blocks).toMatchObject([
      { code: 'measured-jump', flag: 'checkout', environment: 'production' },
    ]);
    expect(text).toContain(
      'checkout in the protected environment production: "on" goes from 60 % to 100 % of its evaluations, by the counts of the server, at once.',
    );
    expect(text).toContain('estimated: 40 % of 10000 evaluations would be answered otherwise (39 % to 41 %)');
    expect(text).toContain(
      'production 2026-11-22 12:00 UTC to 2026-11-23 11:59 UTC, 3 instances, 5 evaluations more without saying of what',
    );
  });

  it('lets the same pass that is waived, and blocks nothing by an upper bound', async () => {
    await remote.person.write(FLAG, flag('serve: on', 'waive: { percent-jump: Everyone has paid for it }\n'));
    expect(await plan(() => json(COUNTS))).toMatchObject({ code: 0, document: { blocks: [] } });
    const wider = HELD_BACK.replace('gte: 1', 'gte: 5');
    await remote.person.write(FLAG, wider);
    const { code, document } = await plan(() => json(COUNTS));
    expect(code).toBe(0);
    expect(document.flags[0]?.environments[0]?.estimated).toMatchObject({
      changed: { percent: 0 },
      // All who were in may fall out, and everyone else may come in.
      atMost: 100,
      unknowns: ['whom the condition of rule buyers takes now'],
    });
  });

  it('says of a rollout which proof takes longer than it may, and which outcome nobody reports', async () => {
    const stages =
      '[{ id: canary, percent: 1, hold: 1h, prove: { guard: errors, ratioBelow: 3, within: 24h } }, { id: full, percent: 100, hold: 1h }]';
    const guards = '[{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }]';
    const rollout = `rollout: { to: on, plan: { stages: ${stages}, guards: ${guards}, holdout: 1 } }`;
    await remote.person.write(FLAG, flag(`${rollout}\nserve: off`));
    const [production] = COUNTS.environments;
    const heard = (outcomes: string[]) => ({ ...COUNTS, environments: [{ ...production, outcomes }] });
    const { code, text, document } = await plan(() => json(heard(['other'])));
    expect([code, text]).toEqual([0, expect.stringContaining('Stage canary takes about 3.3 days to prove')]);
    expect(document.flags[0]?.environments[0]?.rollout?.notes).toEqual([
      'Stage canary takes about 3.3 days to prove a ratio below 3, and has 24 hours: that takes some 330 calls with the new variant, and 420 evaluations an hour are counted (assuming a call for each, 1 % of which fail).',
      'Nobody has reported http.error here within the last 24 hours, so what watches it would hear nothing.',
    ]);
    const known = await plan(() => json(heard(['http.error'])));
    expect(known.document.flags[0]?.environments[0]?.rollout?.notes).toHaveLength(1);
    // A server that tells no outcomes is not taken for one that hears none.
    const silent = await plan(() => json(COUNTS));
    expect(silent.document.flags[0]?.environments[0]?.rollout?.notes).toHaveLength(1);
  });

  it('tells of flags without counts instead of calling them unused', async () => {
    await remote.person.write(FLAG, FREE);
    const { code, text, document } = await plan(() => json(usage([])));
    expect(code).toBe(0);
    expect(text).toContain('There are no counts of checkout in production, so nothing is estimated there');
    expect(document.flags[0]?.environments[0]).not.toHaveProperty('estimated');
  });

  it.each<[string, FakeIoOptions['serve'], string]>([
    ['is away', undefined, 'cannot be reached (ECONNREFUSED)'],
    ['is too old', () => json({ title: 'Not found', code: 'not-found' }, 404), 'older than this command'],
    ['is no Guidon', () => new Response('<html>', { status: 200 }), 'older than this command'],
    ['tells something else', () => json({ environments: [{}] }), 'older than this command'],
    [
      'refuses the key',
      () => json({ title: 'Not allowed', detail: 'Needs usage.read.', code: 'forbidden' }, 403),
      'Needs usage.read.',
    ],
  ])('goes on without figures, and says so, when the server %s', async (_, serve, words) => {
    await remote.person.write(FLAG, FREE);
    const { code, text, document } = await plan(serve);
    expect(code).toBe(0);
    expect(text).toContain('No figures from the server: ');
    expect(text).toContain(words);
    expect(document.usage).toMatchObject({ trouble: expect.stringContaining(words), environments: [] });
  });

  it('goes on without a key, as a pull request from a fork has none', async () => {
    await remote.person.write(FLAG, FREE);
    const io = createIo(['plan', '--from', '--markdown'], {
      cwd: remote.person.folder,
      env: { GUIDON_KEY: '', HOME: remote.person.folder },
    });
    expect(await runCli(io)).toBe(0);
    expect(io.sent).toEqual([]);
    expect(io.written.out).toMatch(/No figures from the server.*GUIDON&#95;KEY/s);
  });

  it('takes what is no address for a wrong call', async () => {
    const io = createIo(['plan', '--from', 'ftp://flags'], { cwd: remote.person.folder });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('--from wants the address of a server');
  });
});
