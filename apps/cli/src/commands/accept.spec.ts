import { describe, expect, it } from '@jest/globals';
import { createIo, json } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const COMMIT = 'a'.repeat(40);
const ACCEPTED = {
  commit: COMMIT,
  state: 'accepted',
  subject: 'Turn it on',
  holds: [{ kind: 'unreviewed', sentence: 'Nobody has looked at it.' }],
  servedIn: ['development', 'production'],
};
const BACK = {
  commit: COMMIT,
  environments: [{ environment: 'production', generation: 8, waiting: 'b'.repeat(40) }],
  alreadyPinned: false,
};

describe('guidon accept', () => {
  it('lets a held revision go on, and says in spite of what and where it is served', async () => {
    const io = createIo(['accept', 'AAAAAAA', '--reason', 'I read it'], { serve: () => json(ACCEPTED) });
    expect(await runCli(io)).toBe(0);
    expect(io.sent[0]?.url).toBe('http://127.0.0.1:4242/api/v1/revisions/aaaaaaa/accept');
    expect(io.sent[0]?.body).toEqual({ reason: 'I read it' });
    expect(io.written.out).toBe(
      'Accepted aaaaaaaaaaaa Turn it on: accepted\n  in spite of: Nobody has looked at it.\nServed in development, production.\n',
    );
  });

  it('refuses what is no commit id without asking the server', async () => {
    const io = createIo(['accept', 'main', '--reason', 'I read it'], { serve: () => json(ACCEPTED) });
    expect(await runCli(io)).toBe(2);
    expect(io.sent).toEqual([]);
    expect(io.written.err).toContain('main is not a commit id');
  });
});

describe('guidon rollback and unpin', () => {
  it('goes back on the server, and says what waits and how to lift it', async () => {
    const args = ['rollback', 'aaaaaaa', '--env', 'production', '--reason', 'It burns'];
    const io = createIo(args, { serve: () => json(BACK) });
    expect(await runCli(io)).toBe(0);
    expect(io.sent[0]?.body).toEqual({ environments: ['production'], reason: 'It burns' });
    expect(io.written.out).toContain('  production at generation 8; bbbbbbbbbbbb waits behind it\n');
    expect(io.written.out).toContain('  guidon unpin --reason "…"\n');
  });

  it('asks for a commit or a rehearsal', async () => {
    const io = createIo(['rollback'], { serve: () => json(BACK) });
    expect(await runCli(io)).toBe(2);
    expect(io.written.err).toContain('Name the commit to go back to, or say --rehearse.');
  });

  it('lifts a pin everywhere unless environments are named', async () => {
    const io = createIo(['unpin', '--reason', 'Mended'], {
      serve: () => json({ environments: ['production'] }),
    });
    expect(await runCli(io)).toBe(0);
    expect(io.sent[0]?.body).toEqual({ environments: 'all', reason: 'Mended' });
    expect(io.written.out).toBe('Unpinned production.\n');
  });
});

it.each([
  [['accept', 'aaaaaaa'], ACCEPTED],
  [['rollback', 'aaaaaaa', '--env', 'production'], BACK],
  [['unpin'], { environments: ['production'] }],
])('sends %j with one idempotency key, also when it must be sent again', async (args, answer) => {
  const answers = [json({}, 503), json(answer)];
  const io = createIo([...args, '--reason', 'I read it'], { serve: () => answers.shift() as Response });
  expect(await runCli(io)).toBe(0);
  expect(io.sent.map(({ headers }) => headers.get('idempotency-key'))).toEqual(['id-1', 'id-1']);
});
