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

function serve({ url }: Sent) {
  if (url.endsWith('/sync')) return json(SYNC);
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
    expect(out).toMatch(/ 01JD8Z5N3V6M2QK8W4T7R9XYAB\n +production: new-checkout\n/);
    expect(out).toContain('ada@acme.example, 2 h ago');
    expect(out).not.toContain(LIFTED.id);
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
      kills: [KILL],
      proposals: [OPEN, { ...REFUSED, pullRequest: undefined }],
    });
  });

  it('says when nothing is switched off', async () => {
    const io = createIo(['status'], {
      serve: ({ url }) => (url.endsWith('/sync') ? json(SYNC) : json({ kills: [], proposals: [] })),
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
