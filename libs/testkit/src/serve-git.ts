import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { atEndOfFile } from './end-of-file.js';
import type { GitRemote } from './git-remote.js';
import { gitEnvironment } from './run-git.js';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_AT_ONCE = 16;
const TIMEOUT_MS = 30_000;

export interface GitOverHttp {
  readonly url: string;
  /** Requests answered so far, for tests of polling. */
  requests(): number;
  /** While set, every request is answered with this status, as a host in trouble does. */
  failWith(status: number | undefined): void;
  close(): Promise<void>;
}

export interface GitOverHttpOptions {
  /** When given, callers must send it as the password of basic authentication. */
  readonly token?: string;
}

/** Serves the remote by Git's own smart HTTP program on a loopback port, until the spec file ends. */
export async function serveGitOverHttp(
  remote: Pick<GitRemote, 'folder'>,
  options: GitOverHttpOptions = {},
): Promise<GitOverHttp> {
  let running = 0;
  let requests = 0;
  let failure: number | undefined;
  const server = createServer((request, response) => {
    requests++;
    const refusal = failure ?? (running >= MAX_AT_ONCE ? 503 : refusalFor(request, options.token));
    if (refusal !== undefined) return refuse(response, refusal);
    running++;
    response.once('close', () => running--);
    runBackend(remote.folder, request, response);
  });
  server.requestTimeout = TIMEOUT_MS;
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = closeOnce(server);
  atEndOfFile(close);
  return {
    url: `http://127.0.0.1:${port}/${basename(remote.folder)}`,
    requests: () => requests,
    failWith(status) {
      failure = status;
    },
    close,
  };
}

function refusalFor(request: IncomingMessage, token: string | undefined): number | undefined {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 413;
  if (token === undefined) return undefined;
  const [scheme, encoded] = (request.headers.authorization ?? '').split(' ');
  const password = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
    .slice(1)
    .join(':');
  return scheme === 'Basic' && password === token ? undefined : 401;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="flags"' } : {});
  response.end();
}

function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: dirname(folder),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
  });
  child.stdin.on('error', () => undefined);
  child.on('error', () => response.destroy());
  request.pipe(child.stdin);
  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    writeCgiHead(response, head.subarray(0, end).toString('latin1'));
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  child.stdout.on('end', () => (head === undefined ? response.end() : refuse(response, 500)));
}

/** A CGI program prints headers, of which `Status` is the status line's code. */
function writeCgiHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

function closeOnce(server: Server): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
    return closing;
  };
}
