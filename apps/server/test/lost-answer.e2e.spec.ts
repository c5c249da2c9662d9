import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { BuiltServer } from './built-server.js';

jest.setTimeout(120_000);

const postgres = await startPostgres();

/** A press whose answer nobody reads: the request goes out on a socket that is never looked at. */
function pressBlindly(server: BuiltServer, body: string, key: string): () => void {
  const socket = connect(server.port, '127.0.0.1');
  socket.pause();
  socket.on('error', () => undefined);
  socket.write(
    [
      'POST /api/v1/red-button HTTP/1.1',
      'host: 127.0.0.1',
      `authorization: Bearer ${server.keys.admin}`,
      `idempotency-key: ${key}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  return () => socket.destroy();
}

describe('given a server that is killed between a commit and its answer', () => {
  let remote: GitRemote;
  let server: BuiltServer;
  let database: pg.Client;

  beforeAll(async () => {
    if (postgres === undefined) return;
    remote = await createGitRemote({
      files: {
        'flags/guidon.yaml': projectFile(),
        'flags/checkout.yaml': flagFile({ serve: { development: 'on', production: 'off' } }),
      },
    });
    const { url } = await postgres.createDatabase();
    server = await BuiltServer.prepare({ gitUrl: remote.url, databaseUrl: url });
    await server.start();
    await server.sync();
    database = new pg.Client({ connectionString: url });
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await server?.stop();
  });

  const presses = async (): Promise<number> => {
    const { rows } = await database.query<{ count: string }>(
      "SELECT count(*) FROM audit_entries WHERE body::jsonb ->> 'action' = 'kill.press'",
    );
    return Number(rows[0]?.count);
  };

  test('does once what is asked again with the same key, and answers as it would have', async () => {
    if (postgres === undefined) return;
    const scope = { scope: { flag: 'checkout' }, environments: ['development'] };
    for (let round = 1; round <= 3; round += 1) {
      const body = { ...scope, reason: `It burns for the ${round}. time` };
      const key = randomUUID();
      const giveUp = pressBlindly(server, JSON.stringify(body), key);
      await waitUntil(async () => (await presses()) === round, {
        everyMs: 1,
        what: 'the press was committed',
      });
      await server.kill();
      giveUp();
      await server.start();
      const again = async () => {
        const answer = await fetch(`${server.url}/api/v1/red-button`, {
          method: 'POST',
          headers: {
            ...{ authorization: `Bearer ${server.keys.admin}`, 'content-type': 'application/json' },
            'idempotency-key': key,
          },
          body: JSON.stringify(body),
        });
        return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
      };
      const [first, second] = [await again(), await again()];
      expect(first).toMatchObject({ status: 200, json: { durability: 'database', reason: body.reason } });
      expect(second.json.id).toBe(first.json.id);
      expect(await presses()).toBe(round);
      const { kills } = await server.admin<{ kills: { id: string; revivedAt?: string }[] }>(
        'GET',
        '/api/v1/red-button',
      );
      expect(kills.filter(({ revivedAt }) => revivedAt === undefined)).toMatchObject([{ id: first.json.id }]);
      await server.admin('POST', `/api/v1/red-button/${first.json.id}/revive`, { reason: 'It is mended' });
    }
    expect(await server.admin('GET', '/api/v1/audit/verify')).toMatchObject({ ok: true });
  });
});
