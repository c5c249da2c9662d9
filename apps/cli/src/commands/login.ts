import { createHash, randomBytes } from 'node:crypto';
import type { LoginDocument, LoginRequest, MeDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { timeUntil } from '../output/instants.js';
import { paintFor, printable } from '../output/paint.js';
import { storeLogin } from '../server/key-store.js';
import { listenOnLoopback } from '../server/loopback.js';
import { createPublicClient, createServerClient } from '../server/server-client.js';
import { readServerUrl } from '../server/server-settings.js';

const EXAMPLES = `
Examples:
  GUIDON_URL=https://flags.acme.example guidon login
  guidon login --no-browser        prints the address, for a browser elsewhere on this machine
  guidon whoami                    who you are here, and what you may do
  guidon logout

The key that you get ends by itself, is kept in ~/.config/guidon/logins.json for you alone, and is used by every command
for this server unless GUIDON_KEY is set.
`;

export function addLogin({ program, io, finish }: CommandSetup): void {
  program
    .command('login')
    .description('sign in at your identity provider, and get a key of your own that ends by itself')
    .option('--no-browser', 'print the address instead of opening it')
    .option('--json', 'print what you got as JSON, without the key')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: { browser: boolean; json?: true }) => {
      await login(options, io);
      finish(0);
    });
}

export function addLogout({ program, io, finish }: CommandSetup): void {
  program
    .command('logout')
    .description('end the key that signing in gave you')
    .option('--json', 'print the answer as JSON')
    .action(async (options: { json?: true }) => {
      const url = readServerUrl(io);
      const answer = await createServerClient(io).post('/api/v1/logout');
      storeLogin(io, url, undefined);
      io.out(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : `Signed out of ${url}.\n`);
      finish(0);
    });
}

export function addWhoami({ program, io, finish }: CommandSetup): void {
  program
    .command('whoami')
    .description('tell who you are to the server, and what you may do')
    .option('--json', 'print it as JSON')
    .action(async (options: { json?: true }) => {
      const me = await createServerClient(io).get('/api/v1/me');
      io.out(options.json === true ? `${JSON.stringify(me, null, 2)}\n` : describeMe(me, io));
      finish(0);
    });
}

async function login({ browser, json }: { browser: boolean; json?: true }, io: Io): Promise<void> {
  const url = readServerUrl(io);
  const server = createPublicClient(io, url);
  const provider = await server.get('/api/v1/login');
  const [state, nonce, codeVerifier] = [randomToken(), randomToken(), randomToken()];
  const loopback = await listenOnLoopback();
  try {
    const address = authorizationUrl(provider, {
      ...{ state, nonce, codeVerifier },
      redirectUri: loopback.redirectUri,
    });
    const opened = browser && (await io.open(address));
    io.err(
      `${opened ? 'Your browser asks you to sign in. If it does not, open' : 'Open this address to sign in'}:\n  ${address}\n`,
    );
    const callbackUrl = await loopback.called;
    const request: LoginRequest = { callbackUrl, state, nonce, codeVerifier };
    const { text, ...key } = await server.post('/api/v1/login', { body: request });
    storeLogin(io, url, { key: text, ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt }) });
    if (json === true) io.out(`${JSON.stringify(key, null, 2)}\n`);
    else
      io.out(
        `Signed in to ${url} as ${printable(key.owner)}${until(key.expiresAt, io)}. ${io.command} whoami tells what you may do.\n`,
      );
  } finally {
    loopback.close();
  }
}

function until(expiresAt: string | undefined, io: Io): string {
  return expiresAt === undefined ? '' : `, for ${timeUntil(expiresAt, io.now())}`;
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

interface Secrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

function authorizationUrl(
  { authorizationEndpoint, clientId, scope }: LoginDocument,
  secrets: Secrets,
): string {
  const address = URL.canParse(authorizationEndpoint) ? new URL(authorizationEndpoint) : undefined;
  // It is handed to a program that opens it, so nothing but a web address gets there.
  if (address?.protocol !== 'https:' && address?.protocol !== 'http:')
    throw new CliError('The server names no web address to sign in at.', { code: 'not-guidon' });
  const { state, nonce, codeVerifier, redirectUri } = secrets;
  const parameters = {
    ...{ response_type: 'code', client_id: clientId, scope, redirect_uri: redirectUri, state, nonce },
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

function describeMe({ owner, key, breakGlass, teams, grants }: MeDocument, io: Io): string {
  const paint = paintFor(io.colours);
  const lines = [`${paint.bold(printable(owner))} by key ${printable(key)}`];
  if (breakGlass) lines.push('This is the break-glass key: it may do everything alone, and the log says so.');
  else if (grants.length === 0)
    lines.push('No role is given to you in guidon.yaml, so you may do nothing here.');
  if (teams.length > 0) lines.push(`In the teams ${printable(teams.join(', '))}.`);
  for (const { role, ...conditions } of grants) {
    const only = Object.entries(conditions).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    lines.push(`  ${printable(role)}${only.length === 0 ? '' : `, only for ${printable(only.join(', '))}`}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
