/** Answer of `GET /api/v1/login`: what a command needs to send a person to the identity provider. */
export interface LoginDocument {
  readonly authorizationEndpoint: string;
  readonly clientId: string;
  readonly scope: string;
}

/** Body of `POST /api/v1/login`: what came back from the identity provider, and what only the command knows. */
export interface LoginRequest {
  /** Where the provider sent the person, with `code`, `state` and perhaps `iss`: a loopback address. */
  readonly callbackUrl: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636). */
  readonly codeVerifier: string;
}

/** Answer of `GET /api/v1/me`. */
export interface MeDocument {
  readonly key: string;
  readonly owner: string;
  readonly breakGlass: boolean;
  readonly teams: readonly string[];
  readonly grants: readonly { readonly role: string; readonly [condition: string]: unknown }[];
  readonly expiresAt?: string;
}
