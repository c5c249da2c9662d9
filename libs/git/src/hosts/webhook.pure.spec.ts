import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WEBHOOK_LIMIT_BYTES, type WebhookHeaders, webhook } from './webhook.js';
import { isHexHmac, isStandardSignature } from './webhook-signature.js';

const SECRET = 'a-secret-of-the-shop';
const HEAD = 'a'.repeat(40);
const PUSH = Buffer.from(JSON.stringify({ ref: 'refs/heads/main', after: HEAD }));
const NOW_MS = Date.parse('2026-11-25T12:00:00Z');
/** The key of the example in the Standard Webhooks specification. */
const TOKEN = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const hex = (body: Uint8Array, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

/** Header forms: docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries and /webhook-events-and-payloads. */
function github(body: Uint8Array = PUSH, headers: WebhookHeaders = {}): WebhookHeaders {
  return {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': `sha256=${hex(body)}`,
    ...headers,
  };
}

/** docs.gitlab.com/user/project/integrations/webhooks (delivery headers, secret token). */
function gitlab(headers: WebhookHeaders = {}): WebhookHeaders {
  return {
    'content-type': 'application/json',
    'x-gitlab-event': 'Push Hook',
    'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
    'idempotency-key': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
    'x-gitlab-token': SECRET,
    ...headers,
  };
}

/** The same page, signing token; the form is that of the Standard Webhooks specification. */
function gitlabSigned(body: Uint8Array = PUSH, atMs = NOW_MS): WebhookHeaders {
  const [id, timestamp] = ['b7d3c2f0-0001', String(Math.floor(atMs / 1000))];
  const key = Buffer.from(TOKEN.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    ...{ 'content-type': 'application/json', 'x-gitlab-event': 'Push Hook', 'webhook-id': id },
    ...{ 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
  };
}

/** docs.gitea.com/usage/webhooks; Forgejo sends its own name beside. Both send GitHub's headers too. */
function gitea(body: Uint8Array = PUSH, name = 'gitea'): WebhookHeaders {
  return {
    ...github(body),
    [`x-${name}-event`]: 'push',
    [`x-${name}-delivery`]: 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
    [`x-${name}-signature`]: hex(body),
  };
}

describe('the signatures', () => {
  it('agree with the examples that GitHub and Standard Webhooks publish', () => {
    const body = Buffer.from('Hello, World!');
    const published = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(isHexHmac(published, body, "It's a Secret to Everybody")).toBe(true);
    const given = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      signatures: 'v2,abc v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    expect(isStandardSignature(given, Buffer.from('{"test": 2432232314}'), TOKEN)).toBe(true);
    expect(isStandardSignature(given, Buffer.from('{"test": 2432232315}'), TOKEN)).toBe(false);
  });
});

describe('webhook', () => {
  const push = { branch: 'main', commit: HEAD };

  it('reads a push of each host', () => {
    expect(webhook(github(), PUSH, SECRET)).toEqual({
      ...push,
      ...{ host: 'github', event: 'push', deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
    });
    expect(webhook(gitlab(), PUSH, SECRET)).toEqual({
      ...push,
      ...{ host: 'gitlab', event: 'Push Hook', deliveryId: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f' },
    });
    expect(webhook(gitlabSigned(), PUSH, { secrets: [TOKEN], nowMs: NOW_MS })).toMatchObject({
      ...push,
      ...{ host: 'gitlab', deliveryId: 'b7d3c2f0-0001' },
    });
    for (const name of ['gitea', 'forgejo'])
      expect(webhook(gitea(PUSH, name), PUSH, SECRET)).toMatchObject({
        ...push,
        ...{ host: 'gitea', event: 'push', deliveryId: 'f6266f16-1bf3-46a5-9ea4-602e06ead473' },
      });
  });

  it('takes any of several secrets', () => {
    const trust = { secrets: ['another-one', SECRET, TOKEN], nowMs: NOW_MS };
    for (const headers of [github(), gitlab(), gitlabSigned(), gitea()])
      expect(webhook(headers, PUSH, trust)).toMatchObject(push);
  });

  it('refuses a body that was changed, another secret, and a signature that is missing, cut or doubled', () => {
    const changed = Buffer.from(PUSH.toString().replace('main', 'mein'));
    const trust = { secrets: [SECRET, TOKEN], nowMs: NOW_MS };
    for (const headers of [github(), gitlabSigned(), gitea()])
      expect(webhook(headers, changed, trust)).toMatchObject({ code: 'bad-signature' });
    for (const headers of [github(), gitlab(), gitea()])
      expect(webhook(headers, PUSH, 'some-other-secret')).toMatchObject({ code: 'bad-signature' });
    const bad = [
      github(PUSH, { 'x-hub-signature-256': `sha1=${hex(PUSH)}` }),
      github(PUSH, { 'x-hub-signature-256': `sha256=${hex(PUSH).slice(2)}` }),
      github(PUSH, { 'x-hub-signature-256': '' }),
    ];
    for (const headers of bad)
      expect(webhook(headers, PUSH, SECRET)).toMatchObject({ code: 'bad-signature' });
    const doubled = github(PUSH, { 'x-hub-signature-256': [`sha256=${hex(PUSH)}`, 'sha256=x'] });
    expect(webhook(doubled, PUSH, SECRET)).toMatchObject({ code: 'unsigned' });
    expect(webhook({ 'content-type': 'application/json' }, PUSH, SECRET)).toMatchObject({ code: 'unsigned' });
    expect(webhook(gitlab({ 'x-gitlab-token': undefined }), PUSH, SECRET)).toMatchObject({
      code: 'unsigned',
    });
  });

  it('does not fall back from a host that signs its own way to a weaker proof', () => {
    const headers = { ...gitea(), 'x-gitea-signature': hex(PUSH, 'wrong') };
    expect(webhook(headers, PUSH, SECRET)).toMatchObject({ code: 'bad-signature' });
    const token = gitlab({ 'x-gitlab-token': TOKEN });
    expect(webhook(token, PUSH, { secrets: [TOKEN] })).toMatchObject({ code: 'bad-signature' });
  });

  it('refuses a GitLab signature that is more than five minutes old or early', () => {
    for (const [offMs, fits] of [
      [299_000, true],
      [-299_000, true],
      [301_000, false],
      [-302_000, false],
    ] as const) {
      const answer = webhook(gitlabSigned(PUSH, NOW_MS + offMs), PUSH, { secrets: [TOKEN], nowMs: NOW_MS });
      expect('refused' in answer).toBe(!fits);
    }
  });

  it('answers pings and other events without a branch', () => {
    const ping = Buffer.from('{"zen":"Keep it logically awesome."}');
    expect(webhook(github(ping, { 'x-github-event': 'ping' }), ping, SECRET)).toEqual({
      ...{ host: 'github', event: 'ping', deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
    });
    const tag = Buffer.from(JSON.stringify({ ref: 'refs/tags/v1', after: HEAD }));
    expect(webhook(github(tag), tag, SECRET)).not.toHaveProperty('branch');
  });

  const into = (ref: string) => ({ pull_request: { base: { ref }, head: { ref: 'topic' } } });
  const request = (action: string) => ({ object_attributes: { action, target_branch: 'main' } });

  /** Payloads as the pages that `webhook-event.ts` names describe them, cut to what is read. */
  it.each([
    [
      'github',
      'pull_request_review',
      { action: 'submitted', review: { state: 'approved' }, ...into('main') },
    ],
    ['github', 'pull_request_review', { action: 'dismissed', ...into('main') }],
    ['github', 'pull_request', { action: 'closed', ...into('main') }],
    ['gitea', 'pull_request_approved', { action: 'reviewed', ...into('main') }],
    ['gitea', 'pull_request_rejected', { action: 'reviewed', ...into('main') }],
    ['gitea', 'pull_request', { action: 'closed', ...into('main') }],
    ['gitlab', 'Merge Request Hook', request('approved')],
    ['gitlab', 'Merge Request Hook', request('approval')],
    ['gitlab', 'Merge Request Hook', request('unapproved')],
    ['gitlab', 'Merge Request Hook', request('merge')],
  ])('names the branch into which a review or a merge goes, of %s, %s: %j', (host, event, payload) => {
    const body = Buffer.from(JSON.stringify(payload));
    const headers = {
      github: () => github(body, { 'x-github-event': event }),
      gitea: () => ({ ...gitea(body), 'x-gitea-event': event }),
      gitlab: () => gitlab({ 'x-gitlab-event': event }),
    }[host as 'github' | 'gitea' | 'gitlab']();
    const hook = webhook(headers, body, SECRET);
    expect(hook).toMatchObject({ host, event, branch: 'main' });
    expect(hook).not.toHaveProperty('commit');
  });

  it.each([
    ['pull_request', { action: 'labeled', ...into('main') }],
    ['pull_request', { action: 'synchronize', ...into('main') }],
    ['pull_request_review', { action: 'submitted', pull_request: null }],
    ['pull_request_review', { action: 'submitted', ...into('') }],
    ['issue_comment', into('main')],
  ])('has no branch for what proves nothing: %s %j', (event, payload) => {
    const body = Buffer.from(JSON.stringify(payload));
    const hook = webhook(github(body, { 'x-github-event': event }), body, SECRET);
    expect(hook).toMatchObject({ event });
    expect(hook).not.toHaveProperty('branch');
  });

  it('tells a deleted branch by its missing commit', () => {
    const body = Buffer.from(JSON.stringify({ ref: 'refs/heads/main', after: '0'.repeat(40) }));
    const hook = webhook(github(body), body, SECRET);
    expect(hook).toMatchObject({ branch: 'main' });
    expect(hook).not.toHaveProperty('commit');
  });

  it('makes an id from the body where the host sends none or an odd one', () => {
    const without = gitlab({ 'idempotency-key': undefined });
    const [first, again] = [webhook(without, PUSH, SECRET), webhook(without, PUSH, SECRET)];
    expect(first).toEqual(again);
    expect(first).toMatchObject({ deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const odd = github(PUSH, { 'x-github-delivery': "x'; DROP TABLE" });
    expect(webhook(odd, PUSH, SECRET)).toMatchObject({ deliveryId: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('refuses what is too large, no JSON, or nothing that it can read, and never throws', () => {
    const large = Buffer.alloc(WEBHOOK_LIMIT_BYTES + 1, 0x20);
    expect(webhook(github(large), large, SECRET)).toMatchObject({ code: 'too-large' });
    const form = github(PUSH, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(webhook(form, PUSH, SECRET)).toMatchObject({ code: 'not-json' });
    for (const text of ['', '[]', 'null', '{', '"x"', '{"ref":"\xff']) {
      const body = Buffer.from(text, 'latin1');
      expect(webhook(github(body), body, SECRET)).toMatchObject({ code: 'bad-body' });
    }
    for (const text of ['{}', '{"ref":7}', '{"ref":{"a":1}}', '{"__proto__":{"ref":"refs/heads/main"}}']) {
      const body = Buffer.from(text);
      expect(webhook(github(body), body, SECRET)).not.toHaveProperty('branch');
    }
  });

  it('accepts nothing without a secret', () => {
    for (const secrets of [[], ['']])
      expect(webhook(github(), PUSH, { secrets })).toMatchObject({ code: 'unsigned' });
  });
});
