import { FINDING_CODES } from '@guidon/engine/schema';
import { describe, expect, it } from '@jest/globals';
import { createIo, json, type Sent } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const SYNC = {
  source: 'https://git.acme.example/shop.git',
  branch: 'main',
  head: 'a'.repeat(40),
  revision: 'a'.repeat(40),
  state: 'partly',
  lastSyncAt: '2026-11-23T11:59:20Z',
  findings: [
    {
      path: 'search/broken.yaml',
      line: 3,
      column: 8,
      pointer: '/owner',
      code: 'unknown-team',
      severity: 'error',
      sentence: 'No team serch.',
    },
  ],
  frozen: ['search/broken.yaml'],
  absent: ['search/new.yaml'],
  removed: [{ environment: 'staging', generation: 3, revision: 'c'.repeat(40), streams: 2 }],
  environments: [
    { environment: 'production', generation: 47, revision: 'a'.repeat(40), flags: 25, kills: 1 },
  ],
};
const KILL = {
  id: '01JD8Z5N3V6M2QK8W4T7R9XYAB',
  scope: { flag: 'new-checkout' },
  targets: [{ flag: 'new-checkout', environment: 'production' }],
  reason: 'payments fail \u001b[31m',
  actor: 'ada@acme.example',
  pressedAt: '2026-11-23T10:00:00Z',
};
const LIFTED = { ...KILL, id: '01JD8Z5N3V6M2QK8W4T7R9XYAC', revivedAt: '2026-11-23T11:00:00Z' };

const WAVE = {
  id: '01JDKZ8Q4M2V7C0T9W5XA3BHEF',
  environment: 'production',
  candidate: { generation: 48, hash: 'b'.repeat(32), revision: 'b'.repeat(40) },
  stable: { generation: 47, hash: 'a'.repeat(32), revision: 'a'.repeat(40) },
  stage: 1,
  stages: [
    { percent: 1, holdMs: 60_000 },
    { percent: 10, holdMs: 60_000 },
  ],
  startedAt: '2026-11-23T11:58:00Z',
  stageSince: '2026-11-23T11:59:20Z',
  members: { candidate: 2, adopted: 1, control: 18 },
  decision: 'hold',
  cause: 'pending',
  reason: 'pod-7 did not say yet that the ruleset is in use.',
  evidence: { instances: ['pod-7'], signals: {} },
};

const OPEN = {
  id: '01JD8Z5N3V6M2QK8W4T7R9XYAD',
  kind: 'kill',
  flag: 'new-checkout',
  branch: 'guidon/kill-new-checkout',
  state: 'open',
  pullRequest: { number: 7, url: 'https://git.acme.example/shop/pulls/7' },
};
const REFUSED = {
  ...OPEN,
  branch: 'guidon/archive-old',
  state: 'failed',
  detail: 'Read only.',
  pullRequest: undefined,
};
const MERGED = { ...OPEN, branch: 'guidon/kill-merged', state: 'merged' };

const DRIFT = {
  inSync: false,
  reasons: ['bbbbbbbbbbbb is held: Nobody has looked at it.'],
  judged: { commit: 'b'.repeat(40), state: 'held' },
  environments: [
    { environment: 'production', held: { why: 'rolled-back', revision: 'd'.repeat(40) } },
    { environment: 'vault', waiting: { why: 'freeze', revision: 'e'.repeat(40) } },
  ],
  overrides: [{ kind: 'pin' }],
};
const NOTIFICATIONS = {
  receivers: [
    { id: '3f2a9c11aa01', host: 'hooks.acme.example', waiting: 0, dead: 0 },
    {
      ...{ id: '3f2a9c11aa02', host: 'pager.acme.example', waiting: 3, dead: 1 },
      ...{ oldestWaitingAt: '2026-11-23T11:48:00Z', failure: 'answered 500' },
    },
  ],
  dead: [],
};
/** What all other calls are answered with where a test is about one of them. */
const QUIET = {
  kills: [],
  waves: [],
  proposals: [],
  receivers: [],
  dead: [],
  inSync: true,
  reasons: [],
  environments: [],
  overrides: [],
};

function serve({ url }: Sent) {
  if (url.endsWith('/sync')) return json(SYNC);
  if (url.endsWith('/drift')) return json(DRIFT);
  if (url.endsWith('/notifications')) return json(NOTIFICATIONS);
  if (url.endsWith('/waves')) return json({ waves: [WAVE] });
  if (url.endsWith('/proposals')) return json({ proposals: [OPEN, REFUSED, MERGED] });
  return json({ kills: [KILL, LIFTED] });
}

describe('guidon status', () => {
  it('shows the source, each environment with its generation, and the kills in force', async () => {
    const io = createIo(['status'], { serve });
    expect(await runCli(io)).toBe(0);
    const { out } = io.written;
    expect(out).toContain('https://git.acme.example/shop.git (main)');
    expect(out).toContain('partly, synced 40 s ago');
    expect(out).toMatch(/production +47 +aaaaaaaaaa +25 +1/);
    expect(out).toContain('search/broken.yaml:3:8 No team serch. (unknown-team)');
    expect(out).toContain('Frozen    search/broken.yaml stays at its last good version\n');
    expect(out).toContain(
      'Refused   search/new.yaml is new and has no good version: it does not exist yet\n',
    );
    expect(out).toContain(
      'Removed   staging is no longer in guidon.yaml and is served as it was; 2 streams still open\n',
    );
    expect(out).toMatch(/ 01JD8Z5N3V6M2QK8W4T7R9XYAB\n +production: new-checkout\n/);
    expect(out).toContain('ada@acme.example, 2 h ago');
    expect(out).not.toContain(LIFTED.id);
  });

  it('says in which ways what is served differs from Git, and how to go on', async () => {
    const io = createIo(['status'], { serve });
    await runCli(io);
    expect(io.written.out).toContain(
      [
        'What is served differs from Git:',
        '  bbbbbbbbbbbb is held: Nobody has looked at it.',
        'To let it go on: guidon accept bbbbbbbbbb',
        'To try again what was taken back: guidon accept dddddddddd',
        'To let it begin in spite of the freeze: guidon accept eeeeeeeeee',
        'To lift a pin: guidon unpin',
        '',
      ].join('\n'),
    );
  });

  it('shows how far a wave is and why', async () => {
    const io = createIo(['status'], { serve });
    await runCli(io);
    expect(io.written.out).toContain('production: bbbbbbbbbb is with 10 %, 1 of 20 instances, for 40 s');
    expect(io.written.out).toContain('hold: pod-7 did not say yet that the ruleset is in use.');
  });

  it('says under each finding how to mend it, in its own words or in those of its code', async () => {
    const own = { ...SYNC.findings[0], fix: 'Write search.' };
    const sync = { ...SYNC, findings: [...SYNC.findings, own] };
    const io = createIo(['status'], {
      serve: ({ url }) => (url.endsWith('/sync') ? json(sync) : json(QUIET)),
    });
    await runCli(io);
    const fixes = [...io.written.out.matchAll(/\(unknown-team\)\n {4}fix: (.+)\n/g)].map(([, fix]) => fix);
    expect(fixes).toEqual([FINDING_CODES['unknown-team'].fix, 'Write search.']);
  });

  it('names the call that lists and lifts in the words by which it was called', async () => {
    const io = createIo(['status'], { serve, command: 'npx --no-install guidon' });
    await runCli(io);
    expect(io.written.out).toContain('To lift one: npx --no-install guidon revive <id>\n');
  });

  it('tells an expiry as a time from now', async () => {
    const told = async (expiresAt: string) => {
      const kills = [{ ...KILL, expiresAt }];
      const io = createIo(['status'], {
        serve: ({ url }) => (url.endsWith('/sync') ? json(SYNC) : json({ ...QUIET, kills })),
      });
      await runCli(io);
      return io.written.out;
    };
    expect(await told('2026-11-23T12:30:00Z')).toContain(', expires in 30 min)');
    expect(await told('2026-11-23T11:59:00Z')).toContain(', expired 60 s ago)');
  });

  it('shows what is offered in Git and why it is not there yet', async () => {
    const io = createIo(['status'], { serve });
    await runCli(io);
    expect(io.written.out).toContain(
      '2 proposals in Git:\n  guidon/kill-new-checkout open https://git.acme.example/shop/pulls/7\n' +
        '  guidon/archive-old failed: Read only.\n',
    );
    expect(io.written.out).not.toContain('kill-merged');
  });

  it('says which receivers of notifications are not reached', async () => {
    const io = createIo(['status'], { serve });
    await runCli(io);
    expect(io.written.out).toContain(
      'pager.acme.example (3f2a9c11aa02): nothing delivered yet, 3 waiting, the oldest for 12 min, 1 given up; last attempt: answered 500\n',
    );
    expect(io.written.out).not.toContain('hooks.acme.example');
  });

  it('lets no control character through to the terminal', async () => {
    const io = createIo(['status'], { serve });
    await runCli(io);
    expect(io.written.out).toContain('payments fail \\u001b[31m');
    expect(io.written.out).not.toContain('\u001b');
  });

  it('prints all documents as JSON', async () => {
    const io = createIo(['status', '--json'], { serve });
    await runCli(io);
    expect(JSON.parse(io.written.out)).toEqual({
      sync: SYNC,
      drift: DRIFT,
      waves: [WAVE],
      kills: [KILL],
      proposals: [OPEN, { ...REFUSED, pullRequest: undefined }],
      notifications: NOTIFICATIONS,
    });
  });

  it('says when nothing is switched off', async () => {
    const io = createIo(['status'], {
      serve: ({ url }) => (url.endsWith('/sync') ? json(SYNC) : json(QUIET)),
    });
    await runCli(io);
    expect(io.written.out).toMatch(/Nothing is switched off by hand\.\n$/);
  });

  it('says in one sentence that something else answers at the address', async () => {
    const io = createIo(['status'], { serve: () => new Response('<html>', { status: 200 }) });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toContain('is no Guidon server');
  });
});
