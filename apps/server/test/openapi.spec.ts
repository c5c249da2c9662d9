import { readFileSync } from 'node:fs';
import type { Problem } from '@guidon/protocol/errors';
import { temporaryFolder } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyInstance } from 'fastify';
import { routesOf } from '../src/kernel/http/index.js';
import { templateOf } from '../src/openapi/operation-of.js';
import { InProcessServer } from './in-process-server.js';
import { OpenApiJudge } from './openapi-judge.js';
import { quickDatabase } from './quick-database.js';

jest.setTimeout(60_000);

/** Routes that the document leaves out, each for its reason. */
const ELSEWHERE: readonly (readonly [prefix: string, reason: string])[] = [
  ['/ofrep/', 'OFREP has a document of its own, and its own form of errors'],
  ['/sdk/', 'the SDKs of this repository are the only clients'],
  ['/hooks/', 'called by Git hosts, in the form of each'],
  ['/errors/', 'pages for people'],
  ['/livez', 'a probe'],
  ['/readyz', 'a probe'],
  ['/startupz', 'a probe'],
  ['/metrics', 'in the form of Prometheus'],
];

let server: InProcessServer;
let judge: OpenApiJudge;

beforeAll(async () => {
  // What the routes are does not depend on flags.
  server = await InProcessServer.start({
    gitUrl: `file://${await temporaryFolder()}`,
    ...(await quickDatabase()),
  });
  judge = await OpenApiJudge.of(server.url);
});

afterAll(() => server.close());

it('is valid by the schema of OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(judge.document));
  expect(result).toEqual({ valid: true });
  expect([validator.version, judge.document.openapi]).toEqual(['3.1', '3.1.1']);
});

it('knows every route under /api/v1 that the router has, and no other', () => {
  const fastify: FastifyInstance = server.running.app.getHttpAdapter().getInstance();
  const routes = routesOf(fastify).map(({ method, url }) => `${method} ${templateOf(url)}`);
  const inside = routes.filter((route) => route.includes(' /api/'));
  expect(inside.length).toBeGreaterThan(30);
  const operations = judge.operations().map(({ method, path }) => `${method} ${path}`);
  expect(operations.sort()).toEqual(inside.sort());
  // What the router prints of itself knows nothing of our own list.
  expect(printed(fastify.printRoutes({ commonPrefix: false })).sort()).toEqual(operations);
  const isElsewhere = (route: string) => ELSEWHERE.some(([prefix]) => route.includes(` ${prefix}`));
  expect(routes.filter((route) => !inside.includes(route) && !isElsewhere(route))).toEqual([]);
});

it('names every operation once, and every part of a path', () => {
  const all = Object.values<Record<string, { operationId: string }>>(judge.document.paths);
  const names = all.flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect(new Set(names).size).toBe(names.length);
  for (const { path, parameters } of judge.operations()) {
    const named = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
    expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
  }
});

it('says who may call what: a permission, nobody in particular, or whoever has a key', async () => {
  const open = judge.operations().filter(({ open }) => open);
  expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v1/login',
    'POST /api/v1/login',
    'GET /api/v1/openapi.json',
  ]);
  const { paths } = judge.document;
  const bare = judge
    .operations()
    .filter(
      ({ method, path, open }) =>
        !open && paths[path][method.toLowerCase()]['x-guidon-permission'] === undefined,
    );
  expect(bare.map(({ path }) => path)).toEqual(['/api/v1/logout', '/api/v1/me']);
});

it('is the one in docs/openapi.json, which `node docs/write-openapi.mjs` writes after a build', () => {
  const kept: unknown = JSON.parse(
    readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
  );
  expect(judge.document).toEqual(kept);
});

it('refuses texts that no database can keep, wherever they come, and says where', async () => {
  const sent = [
    await server.call('GET', '/api/v1/proposals/a%00b'),
    await server.call('GET', '/api/v1/audit?sourceAddress=a%00b'),
    await server.call('POST', '/api/v1/sync', { body: { reason: 'half a pair \ud800' } }),
    await server.call('POST', '/api/v1/sync', { body: { reason: 'nul \0 in it' } }),
  ];
  const problems = await Promise.all(sent.map((answer) => answer.json() as Promise<Problem>));
  expect(problems.map(({ code }) => code)).toEqual(sent.map(() => 'request-invalid'));
  const pointers = problems.map(({ violations }) => violations?.map(({ pointer }) => pointer));
  expect(pointers).toEqual([undefined, ['query.sourceAddress'], ['/reason'], ['/reason']]);
});

/** `METHOD /path/{name}` of the management API, read from the tree that Fastify prints of its router. */
function printed(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (found === null) return [];
    const [, indent = '', part = '', methods = ''] = found;
    above.length = indent.length / 4;
    above.push(part);
    const path = templateOf(above.join(''));
    if (!path.startsWith('/api/')) return [];
    return methods
      .split(', ')
      .flatMap((method) => (method === '' || method === 'HEAD' ? [] : [`${method} ${path}`]));
  });
}
