import { createHmac } from 'node:crypto';

export interface SignedWebhook {
  readonly id: string;
  readonly atMs: number;
  readonly body: string;
}

/**
 * The headers of the Standard Webhooks specification, version 1 with a symmetric secret: HMAC-SHA256 over
 * `<id>.<seconds>.<body>`, one signature for each secret, so that a receiver may know the old or the new one.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(
  { id, atMs, body }: SignedWebhook,
  secrets: readonly string[],
): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}
