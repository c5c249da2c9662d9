import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../cli-error.js';

/** Long enough for a password, a second factor and a question to a colleague. */
const PATIENCE_MS = 5 * 60 * 1000;

const PAGE = `<!doctype html><meta charset="utf-8"><title>Guidon</title>
<body style="font: 1.2rem system-ui; margin: 4rem auto; max-width: 30rem"><h1>You can close this page</h1><p>The rest happens in the terminal.</p>`;

export interface Loopback {
  /** What to name as redirect address. */
  readonly redirectUri: string;
  /** The whole address with which the provider sent the browser back. Rejects when nobody comes. */
  readonly called: Promise<string>;
  close(): void;
}

/** Listens on this machine alone for the one call that ends a sign-in (RFC 8252, section 7.3). */
export async function listenOnLoopback(patienceMs = PATIENCE_MS): Promise<Loopback> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let timer: NodeJS.Timeout | undefined;
  const called = new Promise<string>((resolve, reject) => {
    timer = setTimeout(
      () => reject(new CliError('Nobody signed in within five minutes; try again.')),
      patienceMs,
    );
    server.on('request', (request, response) => {
      const isCall = request.method === 'GET' && request.url?.startsWith('/callback?') === true;
      response.writeHead(isCall ? 200 : 404, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        connection: 'close',
      });
      response.end(isCall ? PAGE : '');
      if (isCall) resolve(`${origin}${request.url}`);
    });
  });
  const close = () => {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  };
  return { redirectUri: `${origin}/callback`, called, close };
}
