import { z } from 'zod';

const says = (error: string) => ({ error });
const token = (what: string) => z.string(says(what)).min(16, says(what)).max(256, says(what));

/** RFC 8252, section 7.3: a native application is called back on a loopback address, on any port. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]):\d{1,5}\/callback\?/;

/** Body of `POST /api/v1/login`. */
export const loginSchema = z.strictObject(
  {
    callbackUrl: z
      .string()
      .max(8192)
      .regex(LOOPBACK, says('Give the whole loopback address that the provider called back.')),
    state: token('Give the state that went to the provider.'),
    nonce: token('Give the nonce that went to the provider.'),
    codeVerifier: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{43,128}$/, says('Give the PKCE verifier, 43 to 128 characters.')),
  },
  says('Send a JSON object with callbackUrl, state, nonce and codeVerifier.'),
);
