import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideDelivery, MOST_ATTEMPTS, readRetryAfter } from './decide-delivery.js';
import { targetsOf } from './notify-target.js';
import { signWebhook } from './sign-webhook.js';

const SECRET = `whsec_${'A'.repeat(43)}=`;

it('signs as the Standard Webhooks specification says, with one signature for each secret', () => {
  // The vector of that specification's own libraries.
  const vector = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atMs: 1614265330_999, body: '{"test": 2432232314}' };
  const headers = signWebhook(vector, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', SECRET]);
  expect(headers).toMatchObject({ 'webhook-id': vector.id, 'webhook-timestamp': '1614265330' });
  const [first, second] = headers['webhook-signature']?.split(' ') ?? [];
  expect(first).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  expect(second).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  expect(second).not.toBe(first);
});

describe('deciding about an attempt', () => {
  const attempt = { attempts: 1, ageMs: 0, random: 0.5 };
  const answered = (status: number, retryAfterMs?: number) =>
    ({ kind: 'status', status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }) as const;

  it('is content with any answer of success and with no redirect', () => {
    for (const status of [200, 202, 204])
      expect(decideDelivery(answered(status), attempt)).toEqual({ kind: 'delivered' });
    expect(decideDelivery(answered(302), attempt)).toMatchObject({
      kind: 'retry',
      failure: 'answered 302, and redirects are not followed',
    });
  });

  it('gives up at once when the receiver is gone for good, and otherwise after so many attempts or a day', () => {
    expect(decideDelivery(answered(410), attempt)).toMatchObject({ kind: 'dead' });
    const none = { kind: 'none', cause: 'ECONNREFUSED' } as const;
    expect(decideDelivery(none, { ...attempt, attempts: MOST_ATTEMPTS - 1 }).kind).toBe('retry');
    expect(decideDelivery(none, { ...attempt, attempts: MOST_ATTEMPTS })).toEqual({
      kind: 'dead',
      failure: 'no answer (ECONNREFUSED), 12 times',
    });
    expect(decideDelivery(none, { ...attempt, ageMs: 24 * 3_600_000 }).kind).toBe('dead');
  });

  it('waits as long as it was asked to, and never longer than an hour', () => {
    expect(decideDelivery(answered(429, 90_000), attempt)).toMatchObject({ delayMs: 90_000 });
    expect(decideDelivery(answered(503, 9_000_000), attempt)).toMatchObject({ delayMs: 3_600_000 });
  });

  it('waits anywhere below a ceiling that doubles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MOST_ATTEMPTS - 1 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempts, random) => {
          const made = decideDelivery(answered(500), { attempts, ageMs: 0, random });
          if (made.kind !== 'retry') throw new Error(made.kind);
          const ceilingMs = Math.min(3_600_000, 5_000 * 2 ** (attempts - 1));
          expect(made.delayMs).toBe(Math.max(1_000, Math.floor(random * ceilingMs)));
        },
      ),
    );
  });

  it('reads Retry-After in seconds and as a date, and nothing else', () => {
    const nowMs = Date.parse('2026-11-23T12:00:00Z');
    expect(readRetryAfter('7', nowMs)).toBe(7_000);
    expect(readRetryAfter('Mon, 23 Nov 2026 12:01:00 GMT', nowMs)).toBe(60_000);
    expect(readRetryAfter('Mon, 23 Nov 2026 11:00:00 GMT', nowMs)).toBe(0);
    for (const header of [null, 'soon', '-1']) expect(readRetryAfter(header, nowMs)).toBeUndefined();
  });
});

describe('receivers', () => {
  it('come from the variables and from the lines of a file, each once', () => {
    const file = `# of the team on call\n\nhttps://hooks.acme.example/x?y=1 ${SECRET},${SECRET}\nhttps://one.example/ ${SECRET}\n`;
    const targets = targetsOf({ url: 'https://one.example', secrets: [SECRET] }, file);
    expect(targets.map(({ host, secrets }) => [host, secrets.length])).toEqual([
      ['one.example', 1],
      ['hooks.acme.example', 2],
    ]);
    expect(new Set(targets.map(({ id }) => id)).size).toBe(2);
  });

  it('are refused with the numbers of all lines that are wrong, and never a value', () => {
    const file = `http://hooks.acme.example/hunter2 ${SECRET}\nhttps://user:hunter2@a.example/ ${SECRET}\nhttps://a.example/ hunter2\nhttps://a.example/ ${SECRET} hunter2`;
    let sentence = '';
    try {
      targetsOf({ secrets: [] }, file);
    } catch (error) {
      sentence = String(error);
    }
    for (const line of [1, 2, 3, 4]) expect(sentence).toContain(`line ${line} `);
    expect(sentence).not.toContain('hunter2');
  });
});
