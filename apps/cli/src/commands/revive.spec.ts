import { describe, expect, it } from '@jest/globals';
import { createIo, json } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const ID = '01JD8Z5N3V6M2QK8W4T7R9XYAB';
const REVIVED = {
  id: ID,
  scope: { flag: 'new-checkout' },
  targets: [{ flag: 'new-checkout', environment: 'production' }],
  reason: 'payments fail',
  actor: 'ada@acme.example',
  pressedAt: '2026-11-23T10:00:00Z',
  revivedAt: '2026-11-23T11:00:00Z',
  revivedBy: 'bo@acme.example',
  stillHeld: [],
};

describe('guidon revive', () => {
  it('lifts the kill with a reason and an idempotency key', async () => {
    const io = createIo(['revive', ID.toLowerCase(), '--reason', 'mended'], { serve: () => json(REVIVED) });
    expect(await runCli(io)).toBe(0);
    expect(io.sent[0]?.url).toBe(`http://127.0.0.1:4242/api/v1/red-button/${ID}/revive`);
    expect(io.sent[0]?.body).toEqual({ reason: 'mended' });
    expect(io.sent[0]?.headers.get('idempotency-key')).toBe('id-1');
    expect(io.written.out).toContain(`Revived ${ID}; evaluated again:\n  production: new-checkout\n`);
  });

  it('claims no flag that another kill still holds, and names that kill', async () => {
    const other = '01JD8Z5N3V6M2QK8W4T7R9XYAC';
    const [target] = REVIVED.targets;
    const answer = { ...REVIVED, stillHeld: [{ ...target, kills: [other] }] };
    const io = createIo(['revive', ID, '--reason', 'mended'], { serve: () => json(answer) });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toBe(
      [
        `Revived ${ID}. None of its flags is evaluated again yet.`,
        `Still switched off by ${other}:`,
        '  production: new-checkout',
        'To lift it, too: guidon revive <id>',
        '',
      ].join('\n'),
    );
  });

  it('says that somebody was quicker', async () => {
    const answer = { ...REVIVED, alreadyRevived: true };
    const io = createIo(['revive', ID, '--reason', 'mended'], { serve: () => json(answer) });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toContain(
      `${ID} was already revived by bo@acme.example at 2026-11-23T11:00:00Z (60 min ago); nothing was changed`,
    );
  });

  it('asks for the reason on a terminal and refuses an empty one', async () => {
    const io = createIo(['revive', ID], { serve: () => json(REVIVED), answers: [' '] });
    expect(await runCli(io)).toBe(2);
    expect(io.questions).toHaveLength(1);
    // It was looked at, and nothing was changed.
    expect(io.sent.map(({ method }) => method)).toEqual(['GET']);
  });

  it('says at the terminal what lists the kills where the server names an address', async () => {
    const detail = `No kill has the id "${ID}"; GET /api/v1/red-button lists them.`;
    const io = createIo(['revive', ID, '--reason', 'mended'], {
      serve: () => json({ title: 'No such kill', code: 'kill-not-found', detail }, 404),
    });
    expect(await runCli(io)).toBe(1);
    expect(io.written.err).toBe(
      `guidon: No such kill: No kill has the id "${ID}"; \`guidon status\` lists them.\n`,
    );
  });

  it('refuses what is no id before it becomes part of an address', async () => {
    const io = createIo(['revive', '../keys', '--reason', 'mended'], { serve: () => json(REVIVED) });
    expect(await runCli(io)).toBe(2);
    expect(io.sent).toHaveLength(0);
    expect(io.written.err).toContain('guidon status');
  });
});
