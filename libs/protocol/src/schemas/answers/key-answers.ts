import { z } from 'zod';
import type { ApprovalDocument } from '../../approvals.js';
import { KEY_ROLES, type KeyDocument, type NewKeyDocument } from '../../key-management.js';
import { KEY_KINDS } from '../../keys.js';
import type { LoginDocument, MeDocument } from '../../login.js';
import { schemaOf } from './schema-of.js';
import { environment, instant, openObject } from './words.js';

const key = {
  id: z.string(),
  kind: z.enum(KEY_KINDS),
  owner: z.string(),
  environment: environment.exactOptional(),
  role: z.enum(KEY_ROLES).exactOptional(),
  breakGlass: z.literal(true).exactOptional(),
  state: z.enum(['active', 'expired', 'revoked']),
  createdAt: instant,
  expiresAt: instant.exactOptional(),
  lastUsedAt: instant.exactOptional(),
  revokedAt: instant.exactOptional(),
  replacedBy: z.string().exactOptional(),
  origins: z.array(z.string()).exactOptional(),
};

export const keyDocumentSchema = schemaOf<KeyDocument>()(z.object(key));
export const keyListSchema = z.object({ keys: z.array(keyDocumentSchema) });
export const newKeyDocumentSchema = schemaOf<NewKeyDocument>()(z.object({ ...key, text: z.string() }));

export const approvalDocumentSchema = schemaOf<ApprovalDocument>()(
  z.object({
    id: z.string(),
    action: z.string(),
    about: openObject,
    environments: z.array(environment),
    requestedBy: z.string(),
    requestedAt: instant,
    reason: z.string(),
    expiresAt: instant,
    state: z.enum(['waiting', 'granted', 'refused', 'used', 'expired']),
    decidedBy: z.string().exactOptional(),
    decidedAt: instant.exactOptional(),
    decidedWhy: z.string().exactOptional(),
  }),
);
export const approvalListSchema = z.object({ approvals: z.array(approvalDocumentSchema) });

export const loginDocumentSchema = schemaOf<LoginDocument>()(
  z.object({ authorizationEndpoint: z.string(), clientId: z.string(), scope: z.string() }),
);
export const logoutAnswerSchema = z.object({ signedOut: z.literal(true) });
export const meDocumentSchema = schemaOf<MeDocument>()(
  z.object({
    key: z.string(),
    owner: z.string(),
    breakGlass: z.boolean(),
    teams: z.array(z.string()),
    grants: z.array(z.looseObject({ role: z.string() })),
    expiresAt: instant.exactOptional(),
  }),
);
