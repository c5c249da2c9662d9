import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  serveGitOverHttp,
  startPostgres,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Application, startApplication } from './application.js';
import { BuiltServer } from './built-server.js';

jest.setTimeout(120_000);

const postgres = await startPostgres();
const DATABASES = [
  ['the embedded database', async () => undefined],
  ['PostgreSQL', async () => (await postgres?.createDatabase())?.url],
] as const;

/** Coded defaults that differ from everything that the files say, so that a default can be told from an answer. */
const FLAGS = { 'new-checkout': true, 'gift-wrapping': true, 'express-pay': true };

const file = (name: string): string => `flags/checkout/${name}.yaml`;
const off = flagFile({ serve: { development: 'off' } });
const on = flagFile({ serve: { development: 'on' } });

async function diskHolds(dataDir: string, text: string): Promise<boolean> {
  const names = (await readdir(dataDir)).filter((name) => name.includes('.kills.') && !name.endsWith('.tmp'));
  const texts = await Promise.all(names.map((name) => readFile(join(dataDir, name), 'utf8')));
  return texts.some((record) => record.includes(text));
}

/** The steps of one story: each test goes on where the one before ended. */
for (const [name, database] of DATABASES) {
  const onThisMachine = name === 'PostgreSQL' && postgres === undefined ? describe.skip : describe;
  onThisMachine(`given a running application and a server on ${name}`, () => {
    let remote: GitRemote;
    let server: BuiltServer;
    let application: Application;
    let dataDir: string;
    let killId: string;

    beforeAll(async () => {
      remote = await createGitRemote({
        files: {
          'flags/guidon.yaml': projectFile(),
          [file('new-checkout')]: off,
          [file('gift-wrapping')]: off,
          [file('express-pay')]: off,
        },
      });
      const { url } = await serveGitOverHttp(remote);
      const databaseUrl = await database();
      server = await BuiltServer.prepare({
        gitUrl: url,
        pollSeconds: 1,
        ...(databaseUrl ? { databaseUrl } : {}),
      });
      await server.start();
      dataDir = await temporaryFolder('guidon-application');
      application = startApplication(server, { dataDir, flags: FLAGS });
      await application.sees('new-checkout', { value: false, source: 'network' });
    });

    test('shows a pushed edit to the application without a restart', async () => {
      await remote.publish({ [file('new-checkout')]: on }, 'Turn the new checkout on');
      await application.sees('new-checkout', { value: true, variant: 'on' });
      expect(application.now('gift-wrapping')).toMatchObject({ value: false, variant: 'off' });
    });

    test('keeps the flag of a broken file, names file and line, and lets the rest of the commit go live', async () => {
      const broken = on.replace('development: on', 'development: onn');
      const line = broken.split('\n').findIndex((text) => text.includes('onn')) + 1;
      await remote.publish(
        { [file('new-checkout')]: broken, [file('gift-wrapping')]: on },
        'Break one of two',
      );
      await application.sees('gift-wrapping', { value: true });
      expect(application.now('new-checkout')).toMatchObject({ value: true, variant: 'on' });

      const status = await server.syncStatus();
      expect(status.state).toBe('partly');
      expect(status.revision).toBe(await remote.head());
      expect(status.frozen).toEqual(['checkout/new-checkout.yaml']);
      expect(status.findings).toContainEqual(
        expect.objectContaining({ path: 'checkout/new-checkout.yaml', line, severity: 'error' }),
      );
    });

    test('serves safe as soon as the red button is pressed', async () => {
      const answer = await server.press({ flag: 'new-checkout' }, { reason: 'orders are lost' });
      killId = answer.id ?? '';
      expect(answer).toMatchObject({
        durability: 'database',
        targets: [{ flag: 'new-checkout', environment: 'development' }],
      });
      await application.sees('new-checkout', { value: false, variant: 'off', reason: 'DISABLED' }, 2_000);
      expect(await server.evaluate('new-checkout')).toMatchObject({ value: false, reason: 'DISABLED' });
    });

    test('goes on in the application when the server is killed', async () => {
      // The SDK writes at most once a second; before that a new process would not know of the kill.
      await waitUntil(() => diskHolds(dataDir, killId), { what: 'the kill was kept on disk' });
      await server.kill();
      await waitUntil(() => application.events().at(-1) === 'PROVIDER_STALE', {
        what: 'the provider said STALE',
      });
      expect(application.now('new-checkout')).toMatchObject({ value: false, reason: 'DISABLED' });
      expect(application.now('gift-wrapping')).toMatchObject({ value: true, variant: 'on' });
    });

    test('starts a new process from the disk snapshot while the server is down', async () => {
      const second = startApplication(server, { dataDir, flags: FLAGS });
      expect(await second.first('new-checkout')).toBe(false);
      await second.sees('new-checkout', { value: false, reason: 'DISABLED', source: 'disk' });
      await second.sees('express-pay', { value: false, source: 'disk' });
      await second.stop();
    });

    test('serves coded defaults in a process that has no snapshot', async () => {
      const empty = await temporaryFolder('guidon-nothing');
      const third = startApplication(server, { dataDir: empty, flags: FLAGS });
      expect(await third.first('new-checkout')).toBe(true);
      await third.sees('express-pay', { value: true, source: 'default' });
      await third.stop();
    });

    test('is ready again with fresh values and the kill in force when the server returns', async () => {
      await remote.publish({ [file('express-pay')]: on }, 'Turn express pay on while the server is down');
      await server.start();
      await application.sees('express-pay', { value: true, variant: 'on', source: 'network' }, 60_000);
      expect(application.events().at(-1)).toBe('PROVIDER_READY');
      expect(application.now('new-checkout')).toMatchObject({ value: false, reason: 'DISABLED' });
      expect(await server.evaluate('new-checkout')).toMatchObject({ value: false, reason: 'DISABLED' });
    });

    test('serves the file again after a revival', async () => {
      await server.revive(killId);
      await application.sees('new-checkout', { value: true, variant: 'on' });
    });

    test('says goodbye, ends within seconds and leaves the application running', async () => {
      expect(await server.stop()).toBe(0);
      expect(application.now('gift-wrapping')).toMatchObject({ value: true });
      await application.stop();
    });
  });
}
