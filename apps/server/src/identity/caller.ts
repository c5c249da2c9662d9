import 'fastify';
import type { KeyKind, KeyRole } from '@guidon/protocol';

/** Who is calling: what the root authentication hook puts on `request.caller`. */
export interface Caller {
  readonly keyId: string;
  readonly kind: KeyKind;
  /** A person's e-mail for admin keys; a free name for machine keys. */
  readonly owner: string;
  /** The environment that server and web keys are bound to; absent for admin keys. */
  readonly environment?: string;
  readonly breakGlass: boolean;
  /** What an admin key gives by itself, or `access`: what guidon.yaml gives its owner. */
  readonly role?: KeyRole;
  readonly groups?: readonly string[];
  /** Of a web key: from which pages it may be used. */
  readonly origins?: readonly string[];
  /** Who made the key, where a person did. */
  readonly createdBy?: string;
  /** Who made the key, who made the key it was made with, and so on; nobody where the break-glass key did. */
  readonly makers?: readonly string[];
}

/** What a route declares in its Fastify route config; a route without a declaration is refused (deny by default). */
export interface RouteAccess {
  readonly access: 'public' | readonly KeyKind[];
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
    /** Whose key is right and of the wrong kind for the route: for the log alone, since it gives no right to anything. */
    refusedCaller?: Caller;
  }
  interface FastifyContextConfig {
    access?: RouteAccess['access'];
  }
}

/** How an actor is written in audit entries. */
export function actorOf(caller: Caller): string {
  const { keyId, owner, breakGlass } = caller;
  return `key:${keyId}/${owner}${breakGlass && owner !== 'break-glass' ? ' (break-glass)' : ''}`;
}
