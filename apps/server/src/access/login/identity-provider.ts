import type { LoginDocument, LoginRequest } from '@guidon/protocol';
import * as client from 'openid-client';
import type { OidcConfig } from '../../kernel/config/index.js';
import { DomainError } from '../../kernel/problem/index.js';

/** Who the provider says it is. */
export interface SignedIn {
  readonly email: string;
  readonly groups: readonly string[];
}

const TIMEOUT_SECONDS = 10;
/** Printable, since it stands in logs and entries; no slash, which parts key and owner there. */
const EMAIL_FORM = /^[^\s\p{C}@/]{1,200}@[^\s\p{C}@/]{1,200}$/u;

/** The organisation's OpenID provider, found by discovery when somebody first signs in and kept from then on. */
export class IdentityProvider {
  private found: Promise<client.Configuration> | undefined;

  constructor(private readonly settings: OidcConfig) {}

  async describe(): Promise<LoginDocument> {
    const metadata = (await this.configuration()).serverMetadata();
    const { authorization_endpoint: authorizationEndpoint } = metadata;
    if (authorizationEndpoint === undefined) throw away('it names no authorization endpoint');
    const { clientId, scope } = this.settings;
    return { authorizationEndpoint, clientId, scope };
  }

  /**
   * Trades the code for an identity. The library checks state, nonce, PKCE, issuer, audience, times and the signature of
   * the token. Throws `login-refused` when any does not hold.
   */
  async exchange(request: LoginRequest): Promise<SignedIn> {
    const configuration = await this.configuration();
    const { callbackUrl, state, nonce, codeVerifier } = request;
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    };
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(callbackUrl), checks);
      const claims = tokens.claims();
      if (claims === undefined) throw refused('the provider sent no ID token');
      // Many providers put the e-mail address only there.
      const more =
        typeof claims.email === 'string'
          ? {}
          : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return this.identityOf({ ...more, ...claims });
    } catch (error) {
      throw error instanceof DomainError ? error : refused(reasonOf(error));
    }
  }

  private identityOf(claims: { readonly [name: string]: unknown }): SignedIn {
    const { email, email_verified: isVerified } = claims;
    if (typeof email !== 'string' || !EMAIL_FORM.test(email))
      throw refused('it told no e-mail address; the scope may lack "email"');
    // Some providers send it as a text.
    if (isVerified === false || isVerified === 'false')
      throw refused(`the address ${email} is not verified there`);
    const groups = claims[this.settings.groupsClaim];
    return { email, groups: Array.isArray(groups) ? groups.filter((one) => typeof one === 'string') : [] };
  }

  private async configuration(): Promise<client.Configuration> {
    this.found ??= this.discover();
    try {
      return await this.found;
    } catch (error) {
      this.found = undefined;
      throw away(reasonOf(error));
    }
  }

  private discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
    return client.discovery(new URL(issuer), clientId, undefined, authentication, {
      timeout: TIMEOUT_SECONDS,
      // Only a loopback issuer gets through the configuration without TLS.
      ...(issuer.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : {}),
    });
  }
}

function refused(why: string): DomainError {
  return new DomainError('login-refused', {
    detail: `The identity provider did not vouch for this: ${why}.`,
  });
}

function away(why: string): DomainError {
  return new DomainError('login-unavailable', {
    detail: `The identity provider cannot be used now: ${why}.`,
    retryAfterSeconds: 5,
  });
}

/** The provider's own code where it sent one, else the library's sentence; neither holds a secret. */
function reasonOf(error: unknown): string {
  const {
    error: code,
    error_description: description,
    message,
  } = error as {
    error?: unknown;
    error_description?: unknown;
    message?: string;
  };
  if (typeof code === 'string') return typeof description === 'string' ? `${code} (${description})` : code;
  return message ?? 'it failed';
}
