import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApprovalDocument } from '@guidon/protocol';
import { createGitRemote, flagFile, projectFile, startPostgres, temporaryFolder } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RefusedAttempts } from '../src/access/index.js';
import { DATABASE, type Database } from '../src/kernel/index.js';
import { InProcessServer } from './in-process-server.js';
import { auditEntries } from './store-kit.js';

jest.setTimeout(120_000);

const CLI = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'cli', 'bin', 'guidon.js');
const PEOPLE = { otto: 'operator', ada: 'admin', gus: 'approver', hal: 'approver', vic: 'viewer' } as const;
type Name = keyof typeof PEOPLE;

const postgres = await startPostgres();
const databases: [string, () => Promise<string | undefined>][] = [
  ['the embedded database', async () => undefined],
];
if (postgres !== undefined) databases.push(['PostgreSQL', async () => (await postgres.createDatabase()).url]);

describe.each(databases)('given five people on %s', (_name, databaseUrl) => {
  let server: InProcessServer;
  const keys = new Map<Name, string>();
  const reason = 'It is mended';

  async function ask(who: Name, path: string, body: object = { reason }, key?: string) {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${keys.get(who)}`, 'content-type': 'application/json' },
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as { code?: string; state?: string } };
  }
  /** The built command, as a person runs it. */
  const cli = async (who: Name, ...args: string[]) => {
    const home = await temporaryFolder();
    const env = { PATH: process.env.PATH, HOME: home, GUIDON_URL: server.url, GUIDON_KEY: keys.get(who) };
    return new Promise<{ code: number; text: string }>((resolve) => {
      execFile(process.execPath, [CLI, ...args], { env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), text: out + err }),
      );
    });
  };
  const killed = async (flag: string) => {
    const scope = { scope: { flag }, environments: ['production'], reason: 'It burns' };
    return (await server.admin<{ id: string }>('POST', '/api/v1/red-button', scope)).id;
  };
  const revive = (who: Name, id: string, key?: string) =>
    ask(who, `/red-button/${id}/revive`, { reason }, key);
  /** What waits for an agreement to revive a kill. */
  async function wanted(who: Name, id: string): Promise<string> {
    expect((await revive(who, id)).json.code).toBe('approval-needed');
    const { approvals } = await server.admin<{ approvals: ApprovalDocument[] }>('GET', '/api/v1/approvals');
    const found = approvals.find(({ about, state }) => about.kill === id && state === 'waiting');
    return found?.id ?? 'none';
  }
  const entries = async (action: string) =>
    (await auditEntries(server.running.app.get<Database>(DATABASE, { strict: false }))).filter(
      (entry) => entry.action === action,
    );

  beforeAll(async () => {
    const flags = ['checkout', 'login', 'search'].map((key) => [`flags/${key}.yaml`, flagFile()]);
    const remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), ...Object.fromEntries(flags) },
    });
    const url = await databaseUrl();
    server = await InProcessServer.start({
      gitUrl: remote.url,
      ...(url === undefined ? {} : { databaseUrl: url }),
    });
    await server.sync();
    for (const [who, role] of Object.entries(PEOPLE)) {
      const body = { kind: 'admin', owner: `${who}@acme.example`, role, reason: 'a test' };
      const made = await server.admin<{ text: string }>('POST', '/api/v1/keys', body);
      keys.set(who as Name, made.text);
    }
  });
  afterAll(() => server.close());

  it('lets nobody agree with himself over the API, not for a second time and not with the same key', async () => {
    const id = await killed('checkout');
    const which = await wanted('ada', id);
    for (const key of ['one', 'one', 'other', undefined]) {
      const refused = await ask('ada', `/approvals/${which}/grant`, { reason }, key);
      expect(refused).toMatchObject({ status: 403, json: { code: 'not-permitted' } });
    }
    // Somebody else's answer under the same Idempotency-Key is not hers.
    expect((await ask('gus', `/approvals/${which}/grant`, { reason }, 'one')).json.state).toBe('granted');
    expect((await ask('ada', `/approvals/${which}/grant`, { reason }, 'one')).status).toBe(403);
    expect((await revive('ada', id)).status).toBe(200);
  });

  it('lets nobody agree with himself at the command line', async () => {
    const id = await killed('checkout');
    const which = await wanted('ada', id);
    const own = await cli('ada', 'approve', which, '--reason', 'I looked at it');
    expect([own.code === 0, own.text]).toEqual([
      false,
      expect.stringContaining('somebody else has to agree'),
    ]);
    const other = await cli('gus', 'approve', which, '--reason', 'I looked at it');
    expect([other.code, other.text]).toEqual([0, expect.stringContaining('kill.revive')]);
    const done = await cli('ada', 'revive', id, '--reason', 'It is mended');
    expect([done.code, done.text]).toEqual([0, expect.any(String)]);
  });

  it('counts two who agree at the same instant as one agreement', async () => {
    const id = await killed('checkout');
    const which = await wanted('otto', id);
    const before = (await entries('approval.grant')).length;
    const both = await Promise.all([
      ask('gus', `/approvals/${which}/grant`),
      ask('hal', `/approvals/${which}/grant`),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await entries('approval.grant')).length).toBe(before + 1);
    const acts = await Promise.all([revive('otto', id), revive('otto', id), revive('ada', id)]);
    // One of his takes effect, the other finds it done; she asked for nothing yet unless it was done before.
    expect(acts.slice(0, 2).map(({ status }) => status)).toEqual([200, 200]);
    const used = (await entries('kill.revive')).filter(
      ({ subject }) => (subject as { kill: string }).kill === id,
    );
    expect(used).toMatchObject([{ approvals: [{ id: which, on: 'guidon' }] }]);
  });

  it('gives each of two acts at the same instant the agreement that was given to it', async () => {
    const [one, two] = [await killed('login'), await killed('search')];
    const [first, second] = [await wanted('otto', one), await wanted('ada', two)];
    const agreed = await Promise.all([
      ask('gus', `/approvals/${first}/grant`),
      ask('hal', `/approvals/${second}/grant`),
      // Neither may use what was given to the other.
      revive('otto', two),
      revive('ada', one),
    ]);
    expect(agreed.map(({ status }) => status)).toEqual([200, 200, 409, 409]);
    const acts = await Promise.all([revive('otto', one), revive('ada', two)]);
    expect(acts.map(({ status }) => status)).toEqual([200, 200]);
    const told = (await entries('kill.revive'))
      .slice(-2)
      .map(({ subject, approvals, who }) => [
        (subject as { kill: string }).kill,
        (approvals as { id: string; by: string }[]).map(({ id, by }) => `${id} ${by}`),
        (who as { owner: string }).owner,
      ]);
    expect(told.sort()).toEqual(
      [
        [one, [`${first} gus@acme.example`], 'otto@acme.example'],
        [two, [`${second} hal@acme.example`], 'ada@acme.example'],
      ].sort(),
    );
  });

  it('takes an agreement that comes while the act is tried for it, or leaves it for the next try', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await killed('checkout');
      const which = await wanted('otto', id);
      const [grant, act] = await Promise.all([ask('gus', `/approvals/${which}/grant`), revive('otto', id)]);
      expect(grant.status).toBe(200);
      expect([200, 409]).toContain(act.status);
      if (act.status === 409) expect((await revive('otto', id)).status).toBe(200);
    }
  });

  it('writes down who was refused what, a few times each, and counts the rest', async () => {
    const attempts = server.running.app.get(RefusedAttempts, { strict: false });
    await attempts.summarise();
    const before = (await entries('attempt.refuse')).length;
    for (let index = 0; index < 8; index += 1) await ask('vic', '/red-button', { scope: { all: true } });
    await attempts.summarise();
    const told = (await entries('attempt.refuse')).slice(before);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatchObject({
      who: { kind: 'key', owner: 'vic@acme.example' },
      reason: expect.stringContaining('kill.press'),
      subject: { operation: 'POST /api/v1/red-button', code: 'not-permitted' },
      ...{ sourceAddress: '127.0.0.1', requestId: expect.any(String) },
    });
    expect((await entries('attempt.summarise')).at(-1)).toMatchObject({
      who: { owner: 'vic@acme.example' },
      subject: { leftOut: 5, operations: { 'POST /api/v1/red-button': 5 } },
    });
  });

  it('writes down the key of an application that tries to change something, and none that only reads', async () => {
    const before = (await entries('attempt.refuse')).length;
    const body = { kind: 'admin', owner: 'eve@acme.example', reason: 'a test' };
    expect((await server.call('POST', '/api/v1/keys', { key: 'server', body })).status).toBe(403);
    expect((await server.call('GET', '/api/v1/audit', { key: 'server' })).status).toBe(403);
    await server.running.app.get(RefusedAttempts, { strict: false }).summarise();
    const told = (await entries('attempt.refuse')).slice(before);
    expect(told).toMatchObject([
      {
        who: { kind: 'key', key: expect.any(String) },
        subject: { operation: 'POST /api/v1/keys', code: 'not-permitted' },
      },
    ]);
  });

  it('sums up wrong keys by address, and names none of them', async () => {
    const attempts = server.running.app.get(RefusedAttempts, { strict: false });
    await attempts.summarise();
    const wrong = `gdn_admin_abcdefgh_${'Z'.repeat(43)}`;
    const headers = { authorization: `Bearer ${wrong}` };
    const statuses: number[] = [];
    for (let index = 0; index < 60; index += 1)
      statuses.push((await fetch(`${server.url}/api/v1/audit`, { headers })).status);
    const slowed = statuses.filter((status) => status === 429).length;
    expect(slowed).toBeGreaterThan(0);
    await attempts.summarise();
    const [summary, ...more] = (await entries('attempt.summarise')).slice(-1);
    expect([summary, more]).toMatchObject([
      { sourceAddress: '127.0.0.1', actor: 'system:wrong-keys', subject: { leftOut: slowed } },
      [],
    ]);
    expect(JSON.stringify(summary)).not.toContain('ZZZZ');
  });

  it('tells when a secret was given once more', async () => {
    const body = { kind: 'server', owner: 'checkout service', reason: 'a test' };
    const before = (await entries('secret.replay')).length;
    const [first, second] = [await ask('ada', '/keys', body, 'k-1'), await ask('ada', '/keys', body, 'k-1')];
    expect(second.json).toEqual(first.json);
    const { id, text } = first.json as { id?: string; text?: string };
    const told = (await entries('secret.replay')).slice(before);
    expect(told).toMatchObject([{ subject: { key: id, operation: 'POST /api/v1/keys' } }]);
    expect(JSON.stringify(await entries('key.create'))).not.toContain(text?.split('_').at(-1));
  });
});
