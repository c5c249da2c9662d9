import type { DriftDocument, RevisionDocument, SyncDocument, WavesDocument } from '@guidon/protocol';
import {
  createGitRemote,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createServer, type RunningServer } from '../src/create-server.js';
import { createLog, DATABASE, type Database, loadConfig } from '../src/kernel/index.js';
import { auditEntries } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ADMIN = `gdn_admin_abcdefgh_${'A'.repeat(43)}`;
const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-11-23T12:00:00Z');
const FROM = '2026-11-23T12:01:00Z';
const TO = '2026-11-23T12:03:00Z';
const PROJECT = projectFile().replace(
  '  - { id: production, protected: true }',
  [
    '  - id: staging',
    '  - id: production',
    '    protected: true',
    '    waves: [{ percent: 50, hold: 1h }]',
    `    freeze: [{ from: ${FROM}, to: ${TO}, reason: Black Friday }]`,
  ].join('\n'),
);
/** In production for `rules` of those who ask, so that no change jumps. */
const flag = (rules: string, rest = 'off') =>
  flagFile({ serve: { staging: 'on' } })
    .replace(
      'staging: on',
      `staging: ${rules === '' ? 'off' : 'on'}\n  production: { rules: [${rules}], serve: ${rest} }`,
    )
    .replace('rules: [], ', '');
const NORDIC = '{ id: nordic, when: { country: [NO, SE] }, percent: 5, serve: on }';
const ALPINE = '{ id: alpine, when: { country: [CH, AT] }, percent: 5, serve: on }';

/** The steps of one story: each test goes on where the one before ended. */
describe('given a server, a frozen production and staging beside it', () => {
  const clock = fakeClock(START_MS);
  let remote: GitRemote;
  let server: RunningServer;

  async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect([answer.status, text]).toEqual([200, text]);
    return JSON.parse(text) as T;
  }
  const sync = () => call<SyncDocument>('POST', '/api/v1/sync', { reason: 'a test asked' });
  const reason = 'a test wants it';
  const revisionOf = async (environment: string) =>
    (await call<SyncDocument>('GET', '/api/v1/sync')).environments.find(
      (one) => one.environment === environment,
    )?.revision;
  const lastEntry = async (commit: string) =>
    (await auditEntries(server.app.get<Database>(DATABASE, { strict: false }))).filter(
      (entry) => entry.commit === commit,
    );

  beforeAll(async () => {
    remote = await createGitRemote({
      files: {
        'flags/guidon.yaml': PROJECT,
        'flags/checkout.yaml': flag(''),
        'flags/login.yaml': flag('', 'on'),
        'flags/search.yaml': flag(NORDIC),
      },
    });
    const loaded = loadConfig(
      {
        ...{ PORT: '0', GUIDON_GIT_URL: remote.url, GUIDON_ADMIN_KEY: ADMIN, GUIDON_POLL_SECONDS: '86400' },
        GUIDON_DATA_DIR: await temporaryFolder(),
      },
      '/',
    );
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    server = await createServer({ config: loaded.config, clock, log: createLog('silent') });
    await sync();
  });
  afterAll(() => server.close());

  test('serves a commit before the freeze everywhere, in production by waves', async () => {
    const commit = await remote.publish(
      { 'flags/search.yaml': flag(`${NORDIC}, ${ALPINE}`) },
      'Try the Alps',
    );
    expect(await sync()).toMatchObject({ state: 'accepted' });
    const { waves } = await call<WavesDocument>('GET', '/api/v1/waves');
    expect(waves).toMatchObject([{ environment: 'production', candidate: { revision: commit } }]);
    await call('POST', `/api/v1/waves/${waves[0]?.id}/advance`, { reason });
    expect(await revisionOf('production')).toBe(commit);
  });

  test('lets a commit through in the freeze that moves only toward safe', async () => {
    clock.advance(MINUTE_MS);
    const commit = await remote.publish({ 'flags/login.yaml': flag('') }, 'Turn login off');
    expect(await sync()).toMatchObject({ state: 'accepted' });
    const { waves } = await call<WavesDocument>('GET', '/api/v1/waves');
    await call('POST', `/api/v1/waves/${waves[0]?.id}/advance`, { reason });
    expect(await revisionOf('production')).toBe(commit);
  });

  let held: string;
  let settled: string | undefined;

  test('holds another commit in production until the freeze ends, and serves it in staging', async () => {
    settled = await revisionOf('production');
    held = await remote.publish({ 'flags/checkout.yaml': flag(NORDIC) }, 'Try the new checkout');
    expect(await sync()).toMatchObject({
      state: 'held',
      revision: held,
      holds: [
        {
          kind: 'freeze',
          environment: 'production',
          until: '2026-11-23T12:03:00.000Z',
          sentence: expect.stringMatching(
            /^production is frozen until 2026-11-23T12:03:00Z \(Black Friday\), and the change of checkout /,
          ),
        },
      ],
    });
    expect([await revisionOf('staging'), await revisionOf('production')]).toEqual([held, settled]);
    const drift = await call<DriftDocument>('GET', '/api/v1/drift');
    expect(drift.reasons.join('\n')).toContain('production is frozen until 2026-11-23T12:03:00Z');
    expect(drift.environments.find(({ environment }) => environment === 'production')).toMatchObject({
      held: { why: 'held', revision: held },
    });
  });

  test('takes nothing along that is held when a later commit moves only toward safe', async () => {
    const later = await remote.publish({ 'flags/search.yaml': flag('') }, 'Turn search off');
    expect(await sync()).toMatchObject({ state: 'held', revision: later });
    expect([await revisionOf('staging'), await revisionOf('production')]).toEqual([later, settled]);
    expect((await call<SyncDocument>('GET', '/api/v1/sync')).holds?.[0]?.sentence).toContain(
      'change of checkout ',
    );
    held = later;
  });

  test('holds nobody back from pressing the red button', async () => {
    const { id } = await call<{ id: string }>('POST', '/api/v1/red-button', {
      ...{ scope: { flag: 'search' }, environments: ['production'], reason },
    });
    expect(server.catalog.current('production')?.killed).toEqual(new Set(['search']));
    await call('POST', `/api/v1/red-button/${id}/revive`, { reason });
  });

  test('lets no push end the freeze and change something at once', async () => {
    const lifted = PROJECT.replace(/ {4}freeze: .*\n/, '');
    const commit = await remote.publish({ 'flags/guidon.yaml': lifted }, 'End the freeze');
    expect((await sync()).holds?.map(({ kind }) => kind).sort()).toEqual(['freeze', 'protection-change']);
    expect(await revisionOf('staging')).toBe(held);
    expect(await revisionOf('production')).toBe(settled);
    await remote.person.git('revert', '--no-edit', commit);
    await remote.person.push();
    held = (await sync()).revision as string;
    expect(await revisionOf('production')).toBe(settled);
  });

  test('serves what was held by itself when the freeze has ended, by waves, and says why', async () => {
    await clock.advanceAsync(2 * MINUTE_MS - 15_000);
    await sync();
    expect(await revisionOf('production')).toBe(settled);
    await clock.advanceAsync(18_000);
    const waves = await waitUntil(async () => {
      const { waves: running } = await call<WavesDocument>('GET', '/api/v1/waves');
      return running.length > 0 ? running : undefined;
    });
    expect(waves).toMatchObject([{ environment: 'production', candidate: { revision: held } }]);
    expect(await call<SyncDocument>('GET', '/api/v1/sync')).toMatchObject({
      state: 'accepted',
      revision: held,
    });
    expect(await lastEntry(held)).toMatchObject([
      { action: 'revision.hold', actor: 'system:sync' },
      { action: 'revision.publish', actor: 'system:sync', reason: 'The freeze of production has ended.' },
    ]);
  });

  test('lets a person accept a commit in a freeze, with a reason', async () => {
    const { waves } = await call<WavesDocument>('GET', '/api/v1/waves');
    await call('POST', `/api/v1/waves/${waves[0]?.id}/advance`, { reason });
    const freeze = `    freeze: [{ from: ${FROM}, to: ${TO}, reason: Black Friday }, { from: 2026-11-23T12:03:00Z, to: 2026-11-24T00:00:00Z, reason: Longer }]\n`;
    await remote.publish(
      { 'flags/guidon.yaml': PROJECT.replace(/ {4}freeze: .*\n/, freeze) },
      'Freeze it longer',
    );
    expect(await sync()).toMatchObject({ state: 'accepted' });
    const commit = await remote.publish({ 'flags/search.yaml': flag(ALPINE) }, 'Only the Alps');
    expect(await sync()).toMatchObject({ state: 'held' });
    const accepted = await call<RevisionDocument>('POST', `/api/v1/revisions/${commit}/accept`, { reason });
    expect(accepted).toMatchObject({ state: 'accepted', holds: [{ kind: 'freeze' }] });
    const running = await call<WavesDocument>('GET', '/api/v1/waves');
    expect(running.waves).toMatchObject([{ environment: 'production', candidate: { revision: commit } }]);
  });
});
