import { fakeClock, startPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { auditEntries, openQuickStore } from '../../test/store-kit.js';
import { loadConfig } from '../kernel/config/index.js';
import type { Database } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { DatabaseAudit } from './database-audit.js';
import { settingsFacts } from './settings-facts.js';
import { SettingsRecorder } from './settings-recorder.js';

jest.setTimeout(60_000);

const SECRETS = {
  GUIDON_ADMIN_KEY: `gdn_admin_abcdefgh_${'A'.repeat(43)}`,
  GUIDON_WEBHOOK_SECRET: 'hook-secret-of-the-shop',
  GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
  GUIDON_OIDC_CLIENT_SECRET: 'client-secret-of-the-shop',
  DATABASE_URL: 'postgres://guidon:database-password@db.acme.example/guidon',
};
const SETTINGS = {
  ...SECRETS,
  GUIDON_GIT_URL: 'https://git.acme.example/shop/flags.git',
  GUIDON_OIDC_ISSUER: 'https://login.acme.example',
  GUIDON_OIDC_CLIENT_ID: 'guidon',
};

function factsOf(environment: { [name: string]: string }): { [name: string]: unknown } {
  const result = loadConfig(environment, '/');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return settingsFacts(result.config, 'fingerprint');
}

let database: Database;
beforeAll(async () => {
  database = await openQuickStore(await startPostgres());
});
afterAll(() => database.close());

const start = (settings: { [name: string]: unknown }) => {
  const clock = fakeClock(Date.now());
  const audit = new DatabaseAudit(clock);
  const { transactions } = database;
  return new SettingsRecorder({ transactions, audit, clock, log: SILENT_LOG, settings }).record();
};

it('tells whom a server trusts and where it looks, and no secret', () => {
  const facts = factsOf(SETTINGS);
  expect(facts).toMatchObject({
    ...{ database: 'PostgreSQL', webhookSecrets: 1, signingKey: 'fingerprint' },
    git: { url: 'https://git.acme.example/shop/flags.git' },
    keys: { admin: 'abcdefgh' },
    oidc: { issuer: 'https://login.acme.example', clientId: 'guidon' },
  });
  const text = JSON.stringify(facts);
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/A{43}|database-password/);
});

it('writes an entry when the settings are others than those of the start before, and only then', async () => {
  const [first, second] = [factsOf(SETTINGS), factsOf({ ...SETTINGS, GUIDON_GIT_BRANCH: 'live' })];
  await Promise.all([start(first), start(first)]);
  await start(first);
  await start(second);
  await start(second);
  expect(await auditEntries(database)).toMatchObject([
    { action: 'settings.change', before: null, after: { git: { url: SETTINGS.GUIDON_GIT_URL } } },
    { action: 'settings.change', before: first, after: { git: { branch: 'live' } } },
  ]);
});
