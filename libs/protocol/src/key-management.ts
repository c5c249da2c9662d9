import type { KeyKind } from './keys.js';

/**
 * What an admin key gives by itself: a role of the permission table, or `access`, what `guidon.yaml` gives its owner, which
 * is what a key has unless it is told.
 */
export const KEY_ROLES = [
  'access',
  'viewer',
  'developer',
  'responder',
  'operator',
  'approver',
  'admin',
] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Origins that one web key lists. */
export const ORIGINS_MAX = 50;

/**
 * An origin as browsers send it: scheme, host and port in lower case, without the usual port and without a path. Other
 * schemes are those of applications that show pages of their own.
 */
export const ORIGIN_FORM =
  /^(?!https:\/\/.*:443$)(?!http:\/\/.*:80$)[a-z][a-z0-9+.-]{0,30}:\/\/(?:[a-z0-9][a-z0-9.-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::[1-9]\d{0,4})?$/;

/** A key as people see it: everything but its secret. Instants are RFC 3339. */
export interface KeyDocument {
  readonly id: string;
  readonly kind: KeyKind;
  /** A person's e-mail for admin keys; a free name for machine keys. */
  readonly owner: string;
  /** What server and web keys are bound to; absent: the project's first environment. */
  readonly environment?: string;
  /** Of an admin key. */
  readonly role?: KeyRole;
  /** Of a web key: from which pages it may be used; absent: from none. */
  readonly origins?: readonly string[];
  readonly breakGlass?: true;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** To the minute; absent where nobody used it yet. */
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
  /** The key that a rotation made in its place. */
  readonly replacedBy?: string;
}

/** Body of `POST /api/v1/keys`. */
export interface CreateKeyRequest {
  readonly kind: KeyKind;
  readonly owner: string;
  readonly environment?: string;
  /** Of an admin key; `access` when left out. */
  readonly role?: KeyRole;
  /** Of a web key: from which pages it may be used, e.g. `https://shop.example`. */
  readonly origins?: readonly string[];
  readonly expiresAt?: string;
  readonly reason: string;
}

/** Answer of `POST /api/v1/keys` and `…/{id}/rotate`. The text is shown here and never again. */
export interface NewKeyDocument extends KeyDocument {
  readonly text: string;
}

/** Body of `POST /api/v1/keys/{id}/rotate`. */
export interface RotateKeyRequest {
  /** How long the old key goes on working beside the new one; 0 ends it at once. */
  readonly overlapSeconds: number;
  readonly reason: string;
}
