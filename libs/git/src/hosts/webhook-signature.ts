import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a hexadecimal HMAC-SHA-256 of the body stands in the text, compared in constant time. */
export function isHexHmac(text: string, body: Uint8Array, secret: string): boolean {
  if (!/^[0-9a-f]{64}$/i.test(text)) return false;
  const given = Buffer.from(text, 'hex');
  return timingSafeEqual(given, createHmac('sha256', secret).update(body).digest());
}

/** Two texts of any length: their digests are compared, so that time tells neither length nor content. */
export function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}

interface StandardSignature {
  readonly id: string;
  /** Seconds since the epoch, as the header has it. */
  readonly timestamp: string;
  /** Space-separated `v1,<base64>`; other versions are passed over. */
  readonly signatures: string;
}

/**
 * The signature of the Standard Webhooks specification, 1.0 (standardwebhooks.com): HMAC-SHA-256 over `id.timestamp.body`
 * with the bytes behind `whsec_`. GitLab's signing tokens work so (gitlab-org/gitlab!230944 and !231325, 2026).
 */
export function isStandardSignature(given: StandardSignature, body: Uint8Array, secret: string): boolean {
  const key = signingKeyOf(secret);
  if (key === undefined) return false;
  const expected = createHmac('sha256', key).update(`${given.id}.${given.timestamp}.`).update(body).digest();
  return given.signatures.split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',');
    const bytes = Buffer.from(text, 'base64');
    return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

/** A signing token is `whsec_` and the base64 of at least 24 bytes; a bare secret is no such thing. */
export function signingKeyOf(secret: string): Buffer | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]{32,}={0,2})$/.exec(secret)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
}
