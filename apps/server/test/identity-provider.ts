import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface Account {
  readonly email: string;
  /** Some providers send a text. */
  readonly isVerified?: boolean | 'false';
  readonly groups?: readonly string[];
}

export interface TestProvider {
  readonly issuer: string;
  /** What a person does in the browser: signs in as this account and agrees; ends with the call to the loopback address. */
  signIn(address: string, login: string): Promise<Response>;
  close(): Promise<void>;
}

/** A real OpenID provider in this process, with accounts by login name. */
export async function startIdentityProvider(accounts: {
  readonly [login: string]: Account;
}): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const restoreConsole = silenceConsole();
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'guidon',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        // RFC 8252: a native client may come back to any port of the loopback address.
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    scopes: ['openid', 'email', 'groups'],
    cookies: { keys: ['only for this test'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context: unknown, sub: string) => {
      const account = accounts[sub];
      if (account === undefined) return undefined;
      const { email, isVerified = true, groups = [] } = account;
      return { accountId: sub, claims: async () => ({ sub, email, email_verified: isVerified, groups }) };
    },
  });
  server.on('request', provider.callback());
  const end = () => close(server).finally(restoreConsole);
  return { issuer, signIn, close: end };
}

/** The provider tells at length that this is no set-up for production, which is so. */
function silenceConsole(): () => void {
  const { info, warn } = console;
  Object.assign(console, { info: () => undefined, warn: () => undefined });
  return () => Object.assign(console, { info, warn });
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** A browser without eyes: keeps cookies, follows redirects, fills in the two forms. */
async function signIn(address: string, login: string): Promise<Response> {
  const cookies = new Map<string, string>();
  const go = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    return location === null ? response : go(new URL(location, url).href);
  };
  let page = await go(address);
  for (const form of [{ prompt: 'login', login, password: 'anything' }, { prompt: 'consent' }]) {
    const action = /<form[^>]*action="([^"]+)"/.exec(await page.text())?.[1];
    if (action === undefined) throw new Error(`The provider shows no form at ${page.url}.`);
    page = await go(new URL(action, page.url).href, new URLSearchParams(form as Record<string, string>));
  }
  return page;
}
