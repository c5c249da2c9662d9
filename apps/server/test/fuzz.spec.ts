import { Agent, request as httpRequest } from 'node:http';
import { createGitRemote, flagFile, projectFile } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type FuzzRequest, fuzzRequests, type Knowledge } from './fuzz-requests.js';
import { InProcessServer } from './in-process-server.js';
import { type Answer, OpenApiJudge } from './openapi-judge.js';
import { quickDatabase } from './quick-database.js';

jest.setTimeout(180_000);

/** A longer run by hand: `GUIDON_FUZZ_REQUESTS`. */
const REQUESTS = Number(process.env.GUIDON_FUZZ_REQUESTS ?? 2000);
const EVALUATIONS = 300;
const AT_ONCE = 6;
/** The same requests again: `GUIDON_FUZZ_SEED=<the number that a run printed>`. */
const LONG = process.env.GUIDON_TEST_LONG === '1';
/** Others in the long run: what chance finds there must not turn away a change that has nothing to do with it. */
const SEED = Number(process.env.GUIDON_FUZZ_SEED ?? (LONG ? Date.now() % 2 ** 31 : 20261126));

const WAVES = '[{ percent: 1, hold: 1h }, { percent: 50, hold: 1h }]';
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const secrets = new Map<string, string | undefined>([
  ['nobody', undefined],
  ['no form', 'secret'],
  ['stranger', `gdn_admin_zzzzzzzz_${'Z'.repeat(43)}`],
  ['odd', 'gdn_admin_%00_\u00ff'],
]);

let server: InProcessServer;
let judge: OpenApiJudge;
let known: Knowledge;

beforeAll(async () => {
  const files = {
    'flags/guidon.yaml': projectFile({ waves: WAVES }),
    'flags/checkout.yaml': flagFile(),
    'flags/login.yaml': flagFile(),
  };
  const remote = await createGitRemote({ files });
  server = await InProcessServer.start({ gitUrl: remote.url, ...(await quickDatabase()) });
  judge = await OpenApiJudge.of(server.url);
  await server.sync();
  await remote.publish({ 'flags/login.yaml': flagFile({ description: 'Another text' }) });
  await server.sync();
  known = await knowledge();
  process.stderr.write(`Fuzzing with GUIDON_FUZZ_SEED=${SEED}\n`);
});

afterAll(async () => {
  agent.destroy();
  await server.close();
});

it(`answers ${REQUESTS} requests of all sorts without a fault, and as its document says`, async () => {
  const requests = fc.sample(fuzzRequests(judge, known), { numRuns: REQUESTS, seed: SEED });
  const answers = await sendAll(requests);
  const faults = requests.flatMap((request, index) =>
    faultsOf(request, answers[index]).map((fault) => ({ fault, request, answer: answers[index] })),
  );
  expect({ seed: SEED, faults: byFault(faults) }).toEqual({ seed: SEED, faults: [] });
  // A run in which nothing succeeds, or nothing is refused, would say little.
  const statuses = new Set(answers.map((answer) => answer?.status));
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 409, 415]));
  const reached = new Set(requests.filter((_one, index) => answers[index]?.status === 200).map(nameOf));
  expect(reached.size).toBeGreaterThan(20);
});

it(`answers ${EVALUATIONS} evaluations over OFREP of all sorts without a fault, in its own form`, async () => {
  const asked = { ...known, usually: 'server' };
  const requests = fc.sample(fuzzRequests(OFREP, asked), { numRuns: EVALUATIONS, seed: SEED });
  const answers = await sendAll(requests);
  const faults = requests.flatMap((request, index) =>
    ofrepFaultsOf(request, answers[index]).map((fault) => ({ fault, request, answer: answers[index] })),
  );
  expect({ seed: SEED, faults: byFault(faults) }).toEqual({ seed: SEED, faults: [] });
  const statuses = new Set(answers.map((answer) => answer?.status));
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404]));
});

it('is well afterwards, and its log is whole', async () => {
  expect((await server.call('GET', '/readyz')).status).toBe(200);
  expect((await server.call('GET', '/readyz?scope=write')).status).toBe(200);
  expect(await server.admin('GET', '/api/v1/audit/verify')).toMatchObject({ ok: true });
});

function nameOf({ operation }: FuzzRequest): string {
  return `${operation.method} ${operation.path}`;
}

/** Something of every kind that requests are about, and keys of every kind that they come with. */
async function knowledge(): Promise<Knowledge> {
  const reason = 'so that there is one';
  for (const kind of ['server', 'web', 'admin'] as const) {
    const role = kind === 'admin' ? { role: 'viewer' } : { environment: 'production' };
    const owner = 'vera@acme.example';
    const made = await server.admin<{ id: string; text: string }>('POST', '/api/v1/keys', {
      kind,
      owner,
      ...role,
      reason,
    });
    secrets.set(kind === 'admin' ? 'viewer' : kind, made.text);
    await server.admin('POST', '/api/v1/keys', {
      kind,
      owner,
      ...role,
      reason,
    });
  }
  const operator = { kind: 'admin', owner: 'otto@acme.example', role: 'operator', reason };
  secrets.set('operator', (await server.admin<{ text: string }>('POST', '/api/v1/keys', operator)).text);
  const press = { scope: { flag: 'checkout' }, environments: ['production'], reason };
  const { id } = await server.admin<{ id: string }>('POST', '/api/v1/red-button', press);
  await server.admin('POST', '/api/v1/red-button', { ...press, scope: { flag: 'login' } });
  await server.call('POST', `/api/v1/red-button/${id}/revive`, {
    body: { reason },
    headers: { authorization: `Bearer ${secrets.get('operator')}` },
  });
  const until = { kind: 'extend-expiry', flag: 'checkout', until: '2098-01-01', reason };
  await server.admin('POST', '/api/v1/proposals', until);
  const ids = new Map<string, string[]>();
  for (const list of ['revisions', 'waves', 'approvals', 'proposals', 'flags', 'keys', 'red-button']) {
    const answer = await server.admin<Record<string, Record<string, string>[]>>('GET', `/api/v1/${list}`);
    const found = (Object.values(answer)[0] ?? []).map(({ id, commit, key }) => id ?? commit ?? key ?? list);
    // Not the keys with which requests come: they would soon be revoked.
    const inUse = [...secrets.values()].filter((secret) => secret !== undefined);
    ids.set(
      `/api/v1/${list}/`,
      found.filter((one) => ![server.adminKey, ...inUse].some((secret) => secret.includes(`_${one}_`))),
    );
  }
  const words = [
    'checkout',
    'login',
    'production',
    'development',
    'nowhere',
    'payments',
    'because of a test',
    'a@b.example',
  ];
  return { ids, words, keys: [...secrets.keys()], usually: 'admin' };
}

type Sent = Answer | { readonly failed: string; readonly status?: undefined };

async function sendAll(requests: readonly FuzzRequest[]): Promise<Sent[]> {
  const answers: Sent[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next; index < requests.length; index = next) {
      next += 1;
      answers[index] = await send(requests[index] as FuzzRequest);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

/** Over a socket of its own making: `fetch` mends or refuses much of what a broken client sends. */
function send({ method, url, headers, body, as }: FuzzRequest): Promise<Sent> {
  const key = as === 'admin' ? server.adminKey : secrets.get(as);
  return new Promise((resolve) => {
    const request = httpRequest(`${server.url}/`, {
      ...{ agent, method, path: url, timeout: 20_000 },
      headers: {
        ...Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name, Buffer.from(text).toString('latin1')]),
        ),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 20 seconds')));
    request.on('error', (error) => resolve({ failed: error.message }));
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', (error) => resolve({ failed: error.message }));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          text: Buffer.concat(pieces).toString(),
        }),
      );
    });
    request.end(body);
  });
}

/** What no answer may have in it, whatever was asked. */
const INSIDES =
  /node_modules|\.[jt]s:\d+|\n\s+at |TypeError|RangeError|QueryFailed|syntax error|violates|relation "|\bSELECT\b|\bINSERT\b|\bUPDATE\b|invalid byte|Error:/;

function faultsOf(request: FuzzRequest, answer: Sent | undefined): string[] {
  if (answer === undefined || answer.status === undefined) {
    // A body that is far too large may be refused while it is still being sent, and the socket is closed then.
    const large = (request.body?.length ?? 0) > 1024 * 1024;
    return large ? [] : [`no answer: ${answer?.failed}`];
  }
  const faults = answer.status >= 500 ? [`it answered ${answer.status}`] : [];
  if (INSIDES.test(answer.text)) faults.push(`it shows its insides: ${INSIDES.exec(answer.text)?.[0]}`);
  if (answer.status >= 400 && /file:\/\/|\/(tmp|home|work|usr)\//.test(answer.text))
    faults.push('it shows a path');
  if (request.method === 'HEAD') return answer.text === '' ? faults : [...faults, 'HEAD has a body'];
  if (!request.strays) return [...faults, ...judge.faults(request.method, request.operation.path, answer)];
  return answer.status < 400 || isProblem(answer) ? faults : [...faults, 'an error is no problem document'];
}

const EVALUATE = '/ofrep/v1/evaluate/flags';
const CONTEXT = { type: 'object', properties: { context: { type: 'object' } } };
/** As much of OFREP's own document as it takes to make requests. */
const OFREP = {
  operations: () => [
    { method: 'POST', path: EVALUATE, parameters: [], body: CONTEXT, open: false },
    {
      ...{ method: 'POST', path: `${EVALUATE}/{key}`, body: CONTEXT, open: false },
      parameters: [{ name: 'key', in: 'path' as const, schema: { type: 'string' } }],
    },
  ],
  resolve: <T>(part: T): T => part,
};
/** 405 is for other methods than POST. */
const OFREP_STATUSES = new Set([200, 204, 304, 400, 401, 403, 404, 405, 413, 415, 429]);

function ofrepFaultsOf(request: FuzzRequest, answer: Sent | undefined): string[] {
  if (answer === undefined || answer.status === undefined)
    return (request.body?.length ?? 0) > 1024 * 1024 ? [] : [`no answer: ${answer?.failed}`];
  const faults = OFREP_STATUSES.has(answer.status) ? [] : [`it answered ${answer.status}`];
  if (INSIDES.test(answer.text)) faults.push(`it shows its insides: ${INSIDES.exec(answer.text)?.[0]}`);
  if (answer.status < 400 || request.method === 'HEAD') return faults;
  const { errorCode, errorDetails } = JSON.parse(answer.text) as Record<string, unknown>;
  const isFailure = typeof errorCode === 'string' && typeof errorDetails === 'string';
  return isFailure ? faults : [...faults, 'an error has not the form of OFREP'];
}

function isProblem({ contentType, text, status }: Answer): boolean {
  if (!contentType.startsWith('application/problem+json')) return false;
  const problem = JSON.parse(text) as Record<string, unknown>;
  return (
    problem.status === status &&
    ['type', 'title', 'detail', 'instance', 'code'].every((name) => typeof problem[name] === 'string')
  );
}

interface Fault {
  readonly fault: string;
  readonly request: FuzzRequest;
  readonly answer: Sent | undefined;
}

/** One case of each, since a mistake seldom comes alone. */
function byFault(faults: readonly Fault[]): object[] {
  const kinds = new Map<string, Fault & { times: number }>();
  for (const one of faults) {
    const kind = `${nameOf(one.request)}: ${one.fault}`;
    kinds.set(kind, { ...one, times: (kinds.get(kind)?.times ?? 0) + 1 });
  }
  return [...kinds].map(([kind, { request, answer, times }]) => ({
    ...{ kind, times },
    request: JSON.stringify(request).slice(0, 600),
    answer: JSON.stringify(answer).slice(0, 400),
  }));
}
