import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEndOfFile } from '../end-of-file.js';
import { type Answer, answerCall } from './answer-call.js';
import { checkCall, type HostCallSeen } from './check-call.js';
import { HOST_DOCUMENTS, type HostName } from './documents.js';
import { HostState } from './host-state.js';

export interface FakeHost {
  readonly apiUrl: string;
  readonly state: HostState;
  /** `METHOD /path` of every call, in order. */
  readonly calls: readonly string[];
  /** Why calls were refused because a document does not allow them; a test wants none. */
  readonly refusals: readonly string[];
  /** The next call gets this instead; given a function, as long as it gives something. */
  answerWith(answer: Answer | undefined | ((call: string) => Answer | undefined)): void;
  close(): Promise<void>;
}

export interface FakeHostOptions {
  readonly host: HostName;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

/** A Git host on a loopback port that does what its documents say, refuses what they do not, and keeps all in memory. */
export async function startGitHost(options: FakeHostOptions): Promise<FakeHost> {
  const { host, token } = options;
  const document = HOST_DOCUMENTS[host];
  const state = new HostState();
  const calls: string[] = [];
  const refusals: string[] = [];
  let override: ((call: string) => Answer | undefined) | undefined;
  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      const name = `${call.method} ${call.path}`;
      calls.push(name);
      const given = override?.(name);
      if (given !== undefined) return send(response, given);
      const checked = checkCall(document, call, token);
      if ('status' in checked) {
        refusals.push(`${name}: ${checked.message}`);
        return send(response, { status: checked.status, body: { message: checked.message } });
      }
      return send(response, answerCall({ ...options, document, state }, call, checked));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  atEndOfFile(close);
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${document.root}`,
    state,
    calls,
    refusals,
    answerWith(answer) {
      override = typeof answer === 'function' ? answer : once(answer, () => (override = undefined));
    },
    close,
  };
}

function once(answer: Answer | undefined, used: () => void): (() => Answer) | undefined {
  if (answer === undefined) return undefined;
  return () => {
    used();
    return answer;
  };
}

async function readCall(request: IncomingMessage): Promise<HostCallSeen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  // The path is taken as it was sent: parsing would fold dots and so hide them.
  const [path = '', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
}
