import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChainLink, checkpointText, EMPTY_CHAIN, linkEntry } from '@guidon/policy/audit-chain';
import { temporaryFolder } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { bodyOf, createIo, json, type Sent } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const TEXT = `gdn_server_abc123defg_${'x'.repeat(43)}`;
const KEY = {
  id: 'abc123defg',
  kind: 'server',
  owner: 'checkout service',
  environment: 'production',
  state: 'active',
  createdAt: '2026-11-01T12:00:00Z',
  lastUsedAt: '2026-11-23T11:58:00Z',
  expiresAt: '2026-12-23T12:00:00Z',
};
const OVER = { ...KEY, id: 'oldoldold1', state: 'revoked', revokedAt: '2026-11-22T12:00:00Z' };

describe('guidon keys', () => {
  it('lists who has a key that works, and counts the rest', async () => {
    const io = createIo(['keys'], { serve: () => json({ keys: [KEY, OVER] }) });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toMatch(
      /abc123defg +server +checkout service +production +used 120 s ago|used 2 min ago/,
    );
    expect(io.written.out).toContain('1 more work no longer; --all lists them.');
    const { expiresAt: _, ...endless } = KEY;
    const forever = createIo(['keys'], { serve: () => json({ keys: [endless] }) });
    expect(await runCli(forever)).toBe(0);
    // A word that says "revoked" would frighten whoever looks in an incident.
    expect(forever.written.out).toMatch(/used 2 min ago|used 120 s ago/);
    expect(forever.written.out).toMatch(/ {2}no end\n/);
    expect(forever.written.out).not.toContain('revoked');
    const all = createIo(['keys', '--all', '--json'], { serve: () => json({ keys: [KEY, OVER] }) });
    expect(await runCli(all)).toBe(0);
    expect(JSON.parse(all.written.out)).toEqual({ keys: [KEY, OVER] });
  });

  it('makes one, and puts its text alone on stdout', async () => {
    const args = ['keys', 'create', 'server', '--owner', 'checkout service', '--env', 'production'];
    const io = createIo([...args, '--expires', '30d', '--reason', 'new service'], {
      serve: () => json({ ...KEY, text: TEXT }),
    });
    expect(await runCli(io)).toBe(0);
    expect(bodyOf(io)).toEqual({
      kind: 'server',
      owner: 'checkout service',
      environment: 'production',
      expiresAt: '2026-12-23T12:00:00.000Z',
      reason: 'new service',
    });
    expect(io.written.out).toBe(`${TEXT}\n`);
    expect(io.written.err).toContain('It is shown this once');
  });

  it('rotates with an overlap, and ends one at once', async () => {
    const rotate = createIo(['keys', 'rotate', 'abc123defg', '--overlap', '2h', '--reason', 'quarterly'], {
      serve: () => json({ ...KEY, text: TEXT }),
    });
    expect(await runCli(rotate)).toBe(0);
    expect(bodyOf(rotate)).toEqual({ overlapSeconds: 7200, reason: 'quarterly' });
    const revoke = createIo(['keys', 'revoke', 'oldoldold1', '--reason', 'it leaked', '--json'], {
      serve: () => json(OVER),
    });
    expect(await runCli(revoke)).toBe(0);
    expect(revoke.sent[0]?.url).toBe('http://127.0.0.1:4242/api/v1/keys/oldoldold1/revoke');
    expect(JSON.parse(revoke.written.out)).toEqual(OVER);
  });

  it('sends no secret in a path when the whole key was pasted', async () => {
    const io = createIo(['keys', 'revoke', TEXT, '--reason', 'it leaked'], { serve: () => json(OVER) });
    expect(await runCli(io)).toBe(2);
    expect(io.sent).toEqual([]);
    expect(io.written.err).toContain('name it by its id: abc123defg');
    expect(io.written.err).not.toContain('xxxx');
  });

  it('says which kinds there are when another is asked for', async () => {
    const io = createIo(['keys', 'create', 'root', '--owner', 'me'], { serve: () => json(KEY) });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('Allowed choices are admin, server, web.');
  });
});

const SYNC = {
  source: 'https://git.acme.example/shop.git',
  branch: 'main',
  head: 'a'.repeat(40),
  revision: 'a'.repeat(40),
  state: 'accepted',
  lastSyncAt: '2026-11-23T12:00:00Z',
  findings: [],
  frozen: [],
  absent: [],
  environments: [
    { environment: 'production', generation: 47, revision: 'a'.repeat(40), flags: 25, kills: 1 },
  ],
};

describe('guidon sync', () => {
  it('lets the server fetch and tells what came of it, by its exit code too', async () => {
    const fine = createIo(['sync'], { serve: () => json(SYNC) });
    expect(await runCli(fine)).toBe(0);
    expect(fine.sent[0]).toMatchObject({ method: 'POST', body: { reason: 'asked for at a terminal' } });
    expect(fine.written.out).toContain('aaaaaaaaaa accepted');
    const held = createIo(['sync'], { serve: () => json({ ...SYNC, state: 'held' }) });
    expect(await runCli(held)).toBe(1);
    expect(held.written.out).toContain('guidon accept <commit> lets it go on');
    const away = createIo(['sync', '--json'], { serve: () => json({ ...SYNC, lastError: 'Git is away.' }) });
    expect(await runCli(away)).toBe(1);
  });
});

const PROVEN = { proven: 3, upTo: 11, unknownKey: 0, publicKey: 'AAAA' };
const ENTRY = {
  sequence: 8,
  at: '2026-11-23T11:00:00.000Z',
  action: 'kill.press',
  actor: 'key:abc123defg/ada@acme.example',
  reason: 'payments fail \u001b[31m',
  subject: { kill: '01JD8Z5N3V6M2QK8W4T7R9XYAB', flags: { production: 1 } },
  environments: ['production'],
  hash: 'f'.repeat(64),
};

const PAIR = generateKeyPairSync('ed25519');
const RAW = PAIR.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const PUBLIC_KEY = RAW.toString('base64');

/** Three entries and a checkpoint, as the server exports them. */
function exportLines(): string[] {
  const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
  const functions = { sha256, canonicalize: (value: unknown) => JSON.stringify(value) };
  const links: ChainLink[] = [];
  for (const action of ['act-1', 'act-2', 'act-3'])
    links.push(linkEntry(links.at(-1) ?? EMPTY_CHAIN, { action }, functions));
  const stand = { sequence: 3, hash: links[2]?.hash ?? '', at: '2026-11-23T12:00:00.000Z' };
  const unsigned = { ...stand, key: sha256(RAW).slice(0, 16) };
  const signature = sign(null, Buffer.from(checkpointText(unsigned)), PAIR.privateKey).toString('base64');
  return [...links, { checkpoint: { ...unsigned, signature } }].map((line) => JSON.stringify(line));
}

describe('guidon audit', () => {
  it('lists entries newest first, page by page, with nothing that moves the cursor', async () => {
    const serve = ({ url }: Sent) =>
      json(
        url.includes('before=')
          ? { entries: [{ ...ENTRY, action: 'key.create' }] }
          : { entries: [ENTRY], next: 7 },
      );
    const io = createIo(['audit', '--limit', '2'], { serve });
    expect(await runCli(io)).toBe(0);
    expect(io.sent.map(({ url }) => url.split('?')[1])).toEqual(['limit=2', 'limit=1&before=7']);
    expect(io.written.out).toContain('kill.press in production');
    expect(io.written.out).toContain('by key:abc123defg/ada@acme.example: payments fail');
    expect(io.written.out).not.toContain('\u001b');
  });

  it('tells who did what to what, why, from what to what, and by whose agreement', async () => {
    const entry = {
      ...{ ...ENTRY, action: 'kill.revive', reason: 'It is mended', flags: ['checkout', 'login'] },
      ...{ sourceAddress: '10.1.2.3', commit: 'c0ffee'.padEnd(40, '0'), subject: {} },
      before: { standing: true, kill: '01JD' },
      after: { standing: false, generations: { production: 12 } },
      git: { authors: ['bo@acme.example'], signers: ['bo@acme.example'] },
      pullRequests: [{ id: '#7', url: 'https://git.acme.example/shop/pulls/7' }],
      approvals: [
        { by: 'gus@acme.example', on: 'guidon' },
        { by: 'hal', on: 'git-host' },
      ],
    };
    const io = createIo(['audit'], { serve: () => json({ entries: [entry] }) });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out.split('\n')).toEqual([
      '8 2026-11-23T11:00:00.000Z kill.revive checkout, login in production (c0ffee0000)',
      '  by key:abc123defg/ada@acme.example from 10.1.2.3: It is mended',
      '  written by bo@acme.example, signed by bo@acme.example, pull request #7 https://git.acme.example/shop/pulls/7, agreed to by gus@acme.example, hal (at the Git host)',
      '  standing: true, kill: 01JD → standing: false, generations: {"production":12}',
      '',
    ]);
  });

  it('asks by every field of an entry', async () => {
    const words = [
      ...['action', 'actor', 'env', 'commit', 'text', 'approver', 'author', 'flag', 'from', 'key', 'owner'],
      ...['pull-request', 'reason', 'request'],
    ];
    const io = createIo(['audit', ...words.flatMap((word) => [`--${word}`, `of-${word}`])], {
      serve: () => json({ entries: [] }),
    });
    expect(await runCli(io)).toBe(0);
    const asked = new URL(io.sent[0]?.url ?? '').searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      ...{ limit: '20', action: 'of-action', actor: 'of-actor', environment: 'of-env', commit: 'of-commit' },
      ...{ text: 'of-text', approver: 'of-approver', author: 'of-author', flag: 'of-flag', key: 'of-key' },
      ...{ sourceAddress: 'of-from', owner: 'of-owner', pullRequest: 'of-pull-request' },
      ...{ reason: 'of-reason', requestId: 'of-request' },
    });
  });

  it('asks by field, and by how long ago', async () => {
    const filters = ['--action', 'kill', '--actor', 'ada', '--env', 'production', '--text', 'a&b'];
    const io = createIo(['audit', ...filters, '--since', '2h', '--json'], {
      serve: () => json({ entries: [ENTRY] }),
    });
    expect(await runCli(io)).toBe(0);
    expect(io.sent[0]?.url.split('?')[1]).toBe(
      'limit=20&action=kill&actor=ada&environment=production&text=a%26b&since=2026-11-23T10%3A00%3A00.000Z',
    );
    expect(JSON.parse(io.written.out)).toEqual({ entries: [ENTRY] });
  });

  it('searches under that name, too, with options on either side of it', async () => {
    for (const args of [
      ['audit', 'search', '--action', 'kill', '--limit', '7'],
      ['audit', '--limit', '7', 'search', '--action', 'kill'],
      ['audit', '--limit', '7', '--action', 'kill'],
    ]) {
      const io = createIo(args, { serve: () => json({ entries: [ENTRY] }) });
      expect(await runCli(io)).toBe(0);
      expect(io.sent[0]?.url.split('?')[1]).toBe('limit=7&action=kill');
    }
  });

  it('checks an export without a server, with its signed checkpoints', async () => {
    const folder = await temporaryFolder();
    const lines = exportLines();
    await writeFile(join(folder, 'log.ndjson'), lines.join('\n'));
    const args = ['audit', 'verify', '--file', 'log.ndjson', '--public-key', PUBLIC_KEY];
    const whole = createIo(args, { cwd: folder });
    expect(await runCli(whole)).toBe(0);
    expect(whole.written.out).toContain('1 signed checkpoint vouches for it up to entry 3.');
    expect(whole.sent).toEqual([]);
    await writeFile(
      join(folder, 'log.ndjson'),
      lines.map((line) => line.replace('act-2', 'act-9')).join('\n'),
    );
    const edited = createIo(args, { cwd: folder });
    expect(await runCli(edited)).toBe(1);
    expect(edited.written.out).toContain('first at entry 2: Its text does not give its hash.');
    await writeFile(join(folder, 'log.ndjson'), lines.slice(0, 2).concat(lines.slice(3)).join('\n'));
    const cut = createIo(args, { cwd: folder });
    expect(await runCli(cut)).toBe(1);
    await writeFile(join(folder, 'log.ndjson'), lines.slice(1).join('\n'));
    const later = createIo(args, { cwd: folder });
    expect(await runCli(later)).toBe(0);
    expect(later.written.out).toContain('The log is whole from entry 2 on');
    expect(later.written.out).toContain('What stood before entry 2 is not in this export');
    await writeFile(join(folder, 'log.ndjson'), 'no log');
    expect(await runCli(createIo(args, { cwd: folder }))).toBe(1);
    expect(await runCli(createIo([...args.slice(0, -1), 'AAAA'], { cwd: folder }))).toBe(2);
  });

  it('proves the log whole, or names the first entry that does not fit', async () => {
    const whole = createIo(['audit', 'verify'], {
      serve: () => json({ ok: true, checked: 12, head: 'f'.repeat(64), checkpoints: PROVEN }),
    });
    expect(await runCli(whole)).toBe(0);
    expect(whole.written.out).toContain('12 entries');
    expect(whole.written.out).toContain('3 signed checkpoints vouch for it up to entry 11.');
    const broken = createIo(['audit', 'verify', '--json'], {
      serve: () => json({ ok: false, firstBroken: { sequence: 3, reason: 'Its hash is another.' } }),
    });
    expect(await runCli(broken)).toBe(1);
    expect(JSON.parse(broken.written.out)).toMatchObject({ firstBroken: { sequence: 3 } });
  });

  it('refuses a limit that is no number', async () => {
    const io = createIo(['audit', '--limit', 'many'], { serve: () => json({}) });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('Give a whole number from 1 to 10000.');
  });
});

const APPROVAL = {
  id: '01JD8Z5N3V6M2QK8W4T7R9XYAB',
  action: 'kill.revive',
  about: { kill: '01JD8Z5N3V6M2QK8W4T7R9XYAC' },
  environments: ['production'],
  requestedBy: 'otto@acme.example',
  requestedAt: '2026-11-23T11:58:00Z',
  reason: 'the fix is deployed',
  expiresAt: '2026-11-23T15:58:00Z',
  state: 'waiting',
};

describe('guidon approvals and approve', () => {
  it('lists what waits, with the line that agrees', async () => {
    const used = { ...APPROVAL, state: 'used', decidedBy: 'gus@acme.example' };
    const io = createIo(['approvals'], { serve: () => json({ approvals: [APPROVAL, used] }) });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toContain('kill.revive in production, waits for another 4 h');
    expect(io.written.out).toContain('otto@acme.example, 2 min ago: the fix is deployed');
    expect(io.written.out.match(/To agree: guidon approve 01JD8Z5N3V6M2QK8W4T7R9XYAB/g)).toHaveLength(1);
  });

  it('agrees, or refuses, with a reason', async () => {
    const args = ['approve', APPROVAL.id.toLowerCase(), '--reason', 'I looked at it'];
    const yes = createIo(args, { serve: () => json({ ...APPROVAL, state: 'granted' }) });
    expect(await runCli(yes)).toBe(0);
    expect(yes.sent[0]?.url).toContain(`/api/v1/approvals/${APPROVAL.id}/grant`);
    expect(yes.written.out).toContain('otto@acme.example can do it now, once');
    const no = createIo([...args, '--refuse'], { serve: () => json({ ...APPROVAL, state: 'refused' }) });
    expect(await runCli(no)).toBe(0);
    expect(no.sent[0]?.url).toContain('/refuse');
    expect(yes.sent.map(({ headers }) => headers.get('if-match'))).toEqual([null]);
    expect(await runCli(createIo(['approve', 'it'], { serve: () => json({}) }))).toBe(2);
  });
});

describe('a command that shows first what it changes', () => {
  const tagged = (body: object) => new Response(JSON.stringify(body), { headers: { etag: '"seen"' } });

  it('sends the tag of what the person saw, so that nothing else is changed', async () => {
    const io = createIo(['approve', APPROVAL.id], {
      answers: ['I looked at it'],
      serve: ({ method }) => tagged(method === 'GET' ? APPROVAL : { ...APPROVAL, state: 'granted' }),
    });
    expect(await runCli(io)).toBe(0);
    expect(io.written.err).toContain('otto@acme.example, 2 min ago: the fix is deployed');
    expect(io.sent.map(({ method, headers }) => [method, headers.get('if-match')])).toEqual([
      ['GET', null],
      ['POST', '"seen"'],
    ]);
  });

  it('shows a held revision and a kill, too', async () => {
    const holds = [{ kind: 'access', sentence: 'It changes who may do what.' }];
    const held = {
      commit: 'a'.repeat(40),
      author: 'Ada',
      subject: 'Raise a limit',
      state: 'held',
      holds,
      servedIn: [],
    };
    const accept = createIo(['accept', 'aaaaaaa'], { answers: ['agreed on it'], serve: () => tagged(held) });
    expect(await runCli(accept)).toBe(0);
    expect(accept.written.err).toContain(
      'aaaaaaaaaaaa Raise a limit, by Ada, is held\n  It changes who may do what.',
    );
    const targets = [{ flag: 'new-checkout', environment: 'production' }];
    const kill = {
      id: APPROVAL.id,
      targets,
      reason: 'it burns',
      actor: 'key:a/ada',
      pressedAt: APPROVAL.requestedAt,
    };
    const revive = createIo(['revive', APPROVAL.id], {
      answers: ['mended'],
      serve: () => tagged({ ...kill, stillHeld: [] }),
    });
    expect(await runCli(revive)).toBe(0);
    expect(revive.written.err).toContain('ago by key:a/ada: it burns');
    for (const { sent } of [accept, revive]) expect(sent[1]?.headers.get('if-match')).toBe('"seen"');
  });

  it('shows the key that is ended or replaced, and when it was used last', async () => {
    for (const act of ['revoke', 'rotate']) {
      const io = createIo(['keys', act, KEY.id], {
        answers: ['it leaked'],
        serve: ({ method }) => tagged(method === 'GET' ? KEY : { ...KEY, text: TEXT }),
      });
      expect(await runCli(io)).toBe(0);
      expect(io.written.err).toContain(`${KEY.id}, ${KEY.kind} key of ${KEY.owner}`);
      expect(io.sent.map(({ method, headers }) => [method, headers.get('if-match')])).toEqual([
        ['GET', null],
        ['POST', '"seen"'],
      ]);
    }
  });

  it('goes on without where a server of an earlier version has no such address', async () => {
    const io = createIo(['approve', APPROVAL.id], {
      answers: ['I looked at it'],
      serve: ({ method }) =>
        method === 'GET'
          ? json({ title: 'There is nothing here', code: 'not-found', detail: '' }, 404)
          : json({ ...APPROVAL, state: 'granted' }),
    });
    expect(await runCli(io)).toBe(0);
    expect(io.sent[1]?.headers.get('if-match')).toBeNull();
  });
});
