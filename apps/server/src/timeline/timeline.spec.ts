import type { TimelineDocument } from '@guidon/protocol';
import { createGitRemote, flagFile, type GitRemote, projectFile } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { InProcessServer } from '../../test/in-process-server.js';
import { WINDOW_SQL } from '../audit/index.js';
import { CATALOG_PARTS, type CatalogAssembly } from '../catalog/index.js';
import { DATABASE, type Database, databaseUnavailable } from '../kernel/database/index.js';
import { Timeline } from './timeline.js';
import { readTimelineQuery } from './timeline-query.js';

jest.setTimeout(120_000);

let remote: GitRemote;
let server: InProcessServer;
let kill: string;
let second: string;

const get = (query = '') => server.admin<TimelineDocument>('GET', `/api/v1/timeline${query}`);
const database = () => server.running.app.get<Database>(DATABASE, { strict: false });
const sql = (text: string, parameters: unknown[] = []) =>
  database().transactions.run((manager) => manager.query(text, parameters));
const refused = async (query: string) => {
  const answer = await server.call('GET', `/api/v1/timeline?${query}`);
  return [answer.status, ((await answer.json()) as { code: string }).code];
};

beforeAll(async () => {
  remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile(),
      'flags/checkout.yaml': flagFile({ serve: { development: 'on', production: 'on' } }),
      'flags/payments/login.yaml': flagFile(),
    },
  });
  server = await InProcessServer.start({ gitUrl: remote.url });
  await server.sync();
  second = await remote.publish(
    {
      'flags/checkout.yaml': flagFile({ serve: { development: 'off', production: 'off' } }),
      'flags/payments/login.yaml': flagFile({ serve: { development: 'off' } }),
    },
    'Turn the checkout off',
  );
  await server.sync();
  const pressed = await server.admin<{ id: string }>('POST', '/api/v1/red-button', {
    ...{ scope: { team: 'payments' }, environments: ['production'], reason: 'checkout fails' },
  });
  kill = pressed.id;
});
afterAll(() => server.close());

it('tells what changed, the newest first, with who, why and from what to what', async () => {
  const { source, entries, next } = await get();
  expect([source, next]).toEqual(['log', undefined]);
  expect(entries.map(({ kind }) => kind)).toEqual(['kill.press', 'revision.publish', 'revision.publish']);
  expect(entries[0]).toMatchObject({
    environments: ['production'],
    flags: expect.arrayContaining(['checkout']),
    sentence: 'The red button was pressed for flags of the team payments in production.',
    reason: 'checkout fails',
    touchesServed: true,
    link: `/api/v1/red-button/${kill}`,
  });
  expect(entries[1]).toMatchObject({
    sentence: `Revision ${second.slice(0, 12)} went live in development and production.`,
    flags: ['checkout', 'login'],
    ...{ flagCount: 2, fileCount: 2 },
    reason: 'Turn the checkout off',
    commit: second,
    link: `/api/v1/revisions/${second}`,
    changes: [
      { file: 'checkout.yaml', flag: 'checkout', environment: 'development', words: 'serve: on → off' },
      { file: 'checkout.yaml', flag: 'checkout', environment: 'production', words: 'serve: on → off' },
      { file: 'payments/login.yaml', flag: 'login', environment: 'development', words: 'serve: on → off' },
    ],
  });
  for (const { link } of entries) expect((await server.call('GET', link ?? '')).status).toBe(200);
});

it('tells of one environment and of one flag alone', async () => {
  const ofFlag = await get('?flag=login&environment=development');
  expect(ofFlag.entries.map(({ changes }) => changes.map(({ words }) => words))).toEqual([
    ['serve: on → off'],
    ['the project file is new', 'the flag is new'],
  ]);
  const inProduction = await get('?environment=production&flag=checkout');
  expect(inProduction.entries[1]?.changes).toMatchObject([{ environment: 'production' }]);
  // The project file may concern any flag.
  expect((await get('?flag=unheard-of')).entries.map(({ reason }) => reason)).toEqual([
    expect.not.stringContaining('checkout'),
  ]);
});

it('tells under a flag also what may concern any of them', async () => {
  const country = (is: string) =>
    `owner: payments\ndescription: Where a test lives\nwhen: { country: ${is} }\n`;
  await remote.publish({ 'flags/segments/nordic.yaml': country('NO') }, 'Begin a segment');
  await server.sync();
  await remote.publish({ 'flags/segments/nordic.yaml': country('SE') }, 'Move it');
  await server.sync();
  const { entries } = await get('?flag=login');
  expect(entries[0]).toMatchObject({
    reason: 'Move it',
    flags: [],
    fileCount: 1,
    changes: [{ file: 'segments/nordic.yaml', words: 'when.country: NO → SE' }],
  });
});

it('looks back from the moment that it is given, and no further than it is told', async () => {
  const { entries } = await get();
  const at = entries[1]?.at ?? '';
  const around = encodeURIComponent(at.replace('Z', '+00:00'));
  expect((await get(`?around=${around}`)).entries).toEqual(entries.slice(1));
  const early = new Date(Date.parse(entries.at(-1)?.at ?? '') - 1).toISOString();
  expect((await get(`?around=${early}&within=31d`)).entries).toEqual([]);
});

it('pages by place, without leaving anything out or telling it twice', async () => {
  const whole = await get();
  const found: unknown[] = [];
  let after = '';
  do {
    const page = await get(`?around=${whole.around}&limit=1${after}`);
    found.push(...page.entries);
    after = page.next === undefined ? '' : `&after=${page.next}`;
  } while (after !== '');
  expect(found).toEqual(whole.entries);
});

it('refuses what it does not understand, and who may not read', async () => {
  const invalid = [400, 'request-invalid'];
  expect(await refused('around=2026-11-23T02:17:00')).toEqual(invalid);
  expect(await refused('around=yesterday')).toEqual(invalid);
  expect(await refused('within=32d')).toEqual(invalid);
  expect(await refused('within=0s')).toEqual(invalid);
  expect(await refused('limit=0')).toEqual(invalid);
  expect(await refused('after=1-1')).toEqual(invalid);
  expect(await refused('color=red')).toEqual(invalid);
  expect(await refused('environment=prodution')).toEqual([404, 'environment-not-found']);
  expect((await server.call('GET', '/api/v1/timeline', { key: 'server' })).status).toBe(403);
});

it('tells what one server knows while the database is away, and says that this is all', async () => {
  const parts = server.running.app.get<CatalogAssembly>(CATALOG_PARTS, { strict: false });
  const transactions = { run: () => Promise.reject(databaseUnavailable('')) };
  const timeline = new Timeline({ ...parts, transactions });
  const document = await timeline.read(readTimelineQuery({ environment: 'production' }, Date.now()));
  expect(document).toMatchObject({
    source: 'memory',
    entries: [{ kind: 'kill.press', sentence: `The kill ${kill} stands.`, actor: 'unknown' }],
    serving: [{ environment: 'production', revision: second }],
  });
  const before = readTimelineQuery({ around: '2026-01-01T00:00:00Z' }, Date.now());
  expect((await timeline.read(before)).entries).toEqual([]);
});

it('reads only the entries of its window, out of 100,000', async () => {
  await sql(
    `INSERT INTO audit_entries (sequence, at, body, previous_hash, hash)
     SELECT 1000000 + n, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second',
       '{"action":"key.create","actor":"a","reason":"r","subject":{}}', '', '' FROM generate_series(1, 100000) AS n`,
  );
  await sql('ANALYZE audit_entries');
  const parameters = [new Date('2026-01-01T10:00:00Z'), new Date('2026-01-01T11:00:00Z'), 9e15, 500];
  const plan = await sql(`EXPLAIN ${WINDOW_SQL}`, parameters);
  const text = JSON.stringify(plan);
  expect(text).toContain('audit_entries_at');
  expect(text).not.toContain('Seq Scan');
  const page = await get('?around=2026-01-02T00:00:00Z&within=31d');
  expect(page.entries).toEqual([]);
  expect(page.next).toMatch(/^\d+-\d+$/);
});
