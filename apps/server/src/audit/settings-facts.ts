import type { Config } from '../kernel/config/index.js';

/** What the log says of a server's settings: whom it trusts and where it looks, and nothing that is secret. */
export function settingsFacts(config: Config, signingKey: string | undefined): { [name: string]: unknown } {
  const { role, production, git, pollSeconds, egressAllow, peers, allowedSigners, oidc } = config;
  return {
    ...{ database: config.databaseUrl === undefined ? 'embedded' : 'PostgreSQL', role, production },
    git: { ...gitFacts(git), pollSeconds },
    ...{ egressAllow, peers: peers.map(withoutUser), webhookSecrets: config.webhookSecrets.length },
    keys: keyFacts(config.keys),
    ...(allowedSigners === undefined ? {} : { allowedSigners }),
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(oidc === undefined ? {} : { oidc: oidcFacts(oidc) }),
  };
}

function gitFacts({ url, branch, path, host, apiUrl }: Config['git']): object {
  return {
    ...{ url: withoutUser(url), path },
    ...(branch === undefined ? {} : { branch }),
    ...(host === undefined ? {} : { host }),
    ...(apiUrl === undefined ? {} : { apiUrl: withoutUser(apiUrl) }),
  };
}

/** The public ids of the keys that it gives. */
function keyFacts({ admin, server, web, environment }: Config['keys']): object {
  return {
    ...(admin === undefined ? {} : { admin: admin.id }),
    ...(server === undefined ? {} : { server: server.id }),
    ...(web === undefined ? {} : { web: web.id }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function oidcFacts({ issuer, clientId, scope, groupsClaim, keyHours }: NonNullable<Config['oidc']>): object {
  return { issuer: withoutUser(issuer), clientId, scope, groupsClaim, keyHours };
}

/** What stands before `@` in an address with `//` may hold a password, and what stands behind `?` a token. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, '');
}
