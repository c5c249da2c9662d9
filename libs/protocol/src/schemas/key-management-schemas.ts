import { z } from 'zod';
import { KEY_ROLES, ORIGIN_FORM, ORIGINS_MAX } from '../key-management.js';
import { KEY_KINDS } from '../keys.js';
import { instantSchema } from './instant-schema.js';

const says = (error: string) => ({ error });

const why = 'say why, in at least 3 characters';
const reason = z.string(says(why)).trim().min(3, why).max(1000, 'at most 1000 characters');
const who = 'Name the owner: a person\'s e-mail for an admin key, e.g. "ada@acme.example", or what uses it.';
const kinds = `Give one of ${KEY_KINDS.join(', ')}.`;
const where = 'Name an environment, e.g. "production".';
const instant = 'Give an instant with an offset, e.g. "2027-01-31T16:00:00+01:00".';
const LONGEST_OVERLAP_SECONDS = 90 * 24 * 60 * 60;
const overlap = 'Give whole seconds from 0 to 7776000 (90 days).';

/** Printable, since it stands in logs and audit entries; no slash, which parts key and owner there. */
const OWNER_FORM = /^[^\p{C}/]{3,200}$/u;
const EMAIL_FORM = /^[^\s@]+@[^\s@]+$/;

const pages = `List up to ${ORIGINS_MAX} origins as browsers send them, e.g. ["https://shop.example"].`;
const page =
  'Give scheme, host and port as browsers send them, e.g. "https://shop.example" or "http://localhost:5173".';

/** Body of `POST /api/v1/keys`. */
export const createKeySchema = z
  .strictObject(
    {
      kind: z.enum(KEY_KINDS, says(kinds)),
      owner: z.string(says(who)).trim().regex(OWNER_FORM, says(who)),
      environment: z.string(says(where)).min(1, says(where)).max(128, says(where)).optional(),
      role: z.enum(KEY_ROLES, says(`Give one of ${KEY_ROLES.join(', ')}.`)).optional(),
      origins: z
        .array(z.string(says(page)).max(300, says(page)).regex(ORIGIN_FORM, says(page)), says(pages))
        .max(ORIGINS_MAX, says(pages))
        .optional(),
      expiresAt: instantSchema(says(instant)).optional(),
      reason,
    },
    says('Send a JSON object with kind, owner and reason.'),
  )
  .refine(({ kind, environment }) => kind !== 'admin' || environment === undefined, {
    path: ['environment'],
    error: 'An admin key is bound to no environment; leave it out.',
  })
  .refine(({ kind, origins }) => kind === 'web' || origins === undefined, {
    path: ['origins'],
    error: 'Only a web key is used from pages; leave it out.',
  })
  .refine(({ origins = [] }) => new Set(origins).size === origins.length, {
    path: ['origins'],
    error: 'List each origin once.',
  })
  .refine(({ kind, role }) => kind === 'admin' || role === undefined, {
    path: ['role'],
    error: 'Only an admin key has a role; leave it out.',
  })
  .refine(({ kind, owner }) => kind !== 'admin' || EMAIL_FORM.test(owner), {
    path: ['owner'],
    error: 'The owner of an admin key is a person; give an e-mail address.',
  })
  .meta({
    description:
      'An admin key belongs to a person, by e-mail, and has no environment; only an admin key has a role.',
  });

/** Body of `POST /api/v1/keys/{id}/rotate`. */
export const rotateKeySchema = z.strictObject(
  {
    overlapSeconds: z.int(says(overlap)).min(0, says(overlap)).max(LONGEST_OVERLAP_SECONDS, says(overlap)),
    reason,
  },
  says('Send a JSON object such as {"overlapSeconds": 86400, "reason": "why"}.'),
);

/** Body of `POST /api/v1/approvals/{id}/grant` and `…/refuse`. */
export const decideApprovalSchema = z.strictObject(
  { reason },
  says('Send a JSON object such as {"reason": "why"}.'),
);

/** Body of `POST /api/v1/keys/{id}/revoke`. */
export const revokeKeySchema = z.strictObject(
  { reason },
  says('Send a JSON object such as {"reason": "why"}.'),
);
