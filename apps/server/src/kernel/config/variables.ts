import { type KeyKind, ORIGIN_FORM, ORIGINS_MAX, type ParsedKey, parseKey } from '@guidon/protocol';
import { z } from 'zod';
import { LOG_LEVELS, ROLES } from './config.js';

const file = z.string();

function url(protocols: RegExp, mend: string) {
  return z.url({ protocol: protocols, error: `is not ${mend}` });
}

function wholeNumber(from: number, to: number) {
  const sentence = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, sentence)
    .transform(Number)
    .refine((value) => value >= from && value <= to, sentence);
}

function oneOf<const T extends readonly [string, ...string[]]>(names: T) {
  return z.enum(names, { error: `must be one of ${names.join(', ')}` });
}

function key(kind: KeyKind) {
  const form = `must have the form gdn_${kind}_<id>_<secret>: an id of 8 to 32 characters a-z 0-9, a secret of 43 characters A-Z a-z 0-9 _ -`;
  return z.string().transform((text, context): ParsedKey => {
    const parsed = parseKey(text);
    if (parsed?.kind === kind) return parsed;
    context.addIssue({ code: 'custom', message: form });
    return z.NEVER;
  });
}

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => part !== ''), 'must be a list with commas, without blank parts');

const signingKey = z.string().transform((text, context): Uint8Array => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 32) return new Uint8Array(bytes);
  context.addIssue({
    code: 'custom',
    message: 'must be 32 random bytes in base64; `openssl rand -base64 32` prints some',
  });
  return z.NEVER;
});

/**
 * The forms of Git URL that are let through; `file:` and plain `http:` to this machine only from here, never from data.
 * The Git module parses the URL again, more strictly.
 */
const GIT_URL =
  /^(https:\/\/|ssh:\/\/|file:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]|[\w.-]+@[\w.-]+:|\/)/;
const gitUrl = z.string().regex(GIT_URL, 'must be an https, ssh or file URL, or an absolute path');

/** Plain `http:` to this machine only, for trying and for tests. */
const issuer = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/.test(text),
    'must be the https URL of an OpenID provider, e.g. https://login.acme.example',
  );

/** Every variable that the server reads, by name, with its form. */
export const VARIABLES = {
  NODE_ENV: z.string(),
  PORT: wholeNumber(0, 65535),
  HOST: z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address'),
  DATABASE_URL: url(/^postgres(ql)?$/, 'a URL such as postgresql://user:password@host:5432/database'),
  GUIDON_DATA_DIR: z.string(),
  GUIDON_GIT_URL: gitUrl,
  GUIDON_GIT_BRANCH: z.string().regex(/^(?!-)(?!.*\.\.)[\w./-]+$/, 'must be the name of a branch'),
  GUIDON_GIT_PATH: z
    .string()
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0]+$/, 'must be a folder inside the repository'),
  GUIDON_GIT_TOKEN_FILE: file,
  GUIDON_GIT_SSH_KEY_FILE: file,
  GUIDON_GIT_KNOWN_HOSTS_FILE: file,
  GUIDON_GIT_CA_FILE: file,
  GUIDON_GIT_HOST: oneOf(['github', 'gitlab', 'gitea']),
  GUIDON_GIT_API_URL: url(/^https?$/, 'an http or https URL'),
  GUIDON_EGRESS_ALLOW: list,
  GUIDON_PROMETHEUS_URL: url(/^https?$/, 'an http or https URL'),
  GUIDON_PROMETHEUS_TOKEN_FILE: file,
  GUIDON_GUARD_DAYS: wholeNumber(1, 3_650),
  GUIDON_POLL_SECONDS: wholeNumber(1, 86_400),
  GUIDON_WEBHOOK_SECRET: list.refine(
    (secrets) => secrets.every((secret) => secret.length >= 16),
    'must be a secret of at least 16 characters, or several with commas while one is replaced',
  ),
  GUIDON_ADMIN_KEY: key('admin'),
  GUIDON_SERVER_KEY: key('server'),
  GUIDON_WEB_KEY: key('web'),
  GUIDON_KEY_ENVIRONMENT: z.string(),
  GUIDON_WEB_ORIGINS: list.refine(
    (origins) => origins.length <= ORIGINS_MAX && origins.every((origin) => ORIGIN_FORM.test(origin)),
    `must be up to ${ORIGINS_MAX} origins as browsers send them, with commas, e.g. https://shop.example,http://localhost:5173`,
  ),
  GUIDON_API_RATE: wholeNumber(1, 100_000),
  GUIDON_WEB_RATE: wholeNumber(1, 1_000_000),
  GUIDON_ROLE: oneOf(ROLES),
  GUIDON_PEERS: list.refine((peers) => peers.every((peer) => URL.canParse(peer)), 'must be a list of URLs'),
  GUIDON_SIGNING_KEY: signingKey,
  GUIDON_ALLOWED_SIGNERS: file,
  GUIDON_OIDC_ISSUER: issuer,
  GUIDON_OIDC_CLIENT_ID: z.string(),
  GUIDON_OIDC_CLIENT_SECRET: z.string(),
  GUIDON_OIDC_SCOPE: z.string().regex(/(^| )openid( |$)/, 'must hold openid, e.g. "openid email groups"'),
  GUIDON_OIDC_GROUPS_CLAIM: z.string(),
  GUIDON_OIDC_KEY_HOURS: wholeNumber(1, 720),
  GUIDON_LOG_LEVEL: oneOf(LOG_LEVELS),
  GUIDON_BANNER: oneOf(['0', '1']),
} as const;

export type VariableName = keyof typeof VARIABLES;
export type ParsedVariables = { readonly [Name in VariableName]?: z.output<(typeof VARIABLES)[Name]> };

/** Variables of the same prefix that belong to the command line and to tests. */
export const FOREIGN_VARIABLES = /^GUIDON_(URL|KEY|TEST_.*)$/;
