import { fakeClock } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import type { Config } from '../kernel/config/config.js';
import type { ChangeSignal } from '../kernel/database/change-signal.js';
import type { Transactions } from '../kernel/database/transaction.js';
import { SILENT_LOG } from '../kernel/log/log.js';
import { madeKey } from './assemble-ring.js';
import { makeKey } from './key-secret.js';
import { KeyService } from './key-service.js';
import type { StoredKey } from './stored-keys.js';

const NO_SIGNAL: ChangeSignal = { notify: async () => undefined, subscribe: () => () => undefined };

function given(...environments: (string | undefined)[]) {
  const warnings: object[] = [];
  const stored: StoredKey[] = environments.map((name) => ({
    ...madeKey(makeKey('server'), name),
    revoked: false,
  }));
  const rows = stored.map((key) => ({
    ...{ id: key.id, kind: key.kind, owner: key.owner, revoked: false },
    ...{ secret_hash: key.secretHash.toString('hex'), environment: key.environment ?? null },
    ...{ created_at: new Date(0), expires_at: null, revoked_at: null, last_used_at: null, replaced_by: null },
    ...{ role: null, groups: [], origins: [], makers: [], break_glass: false, created_by: null },
  }));
  const transactions = {
    run: (work: (manager: unknown) => unknown) => work({ query: async () => rows }),
  } as unknown as Transactions;
  const config = { keys: {}, dataDir: '/nowhere' } as unknown as Config;
  const log = { ...SILENT_LOG, warn: (fields: object) => void warnings.push(fields) };
  return { service: new KeyService(config, transactions, fakeClock(), log, NO_SIGNAL), stored, warnings };
}

it('warns once of keys whose environment is not, or is no longer, in the project', async () => {
  const { service, stored, warnings } = given('staging', 'producton', undefined);
  let environments: string[] = [];
  service.followProject(() => environments);
  await service.refresh();
  // Before the first project is loaded nobody knows which environments there are.
  expect(warnings).toEqual([]);
  environments = ['staging', 'production'];
  await service.refresh();
  await service.refresh();
  const stray = { id: stored[1]?.id, kind: 'server', environment: 'producton' };
  expect(warnings).toEqual([{ keys: [stray], environments: ['staging', 'production'] }]);
  environments = ['production'];
  await service.refresh();
  expect(warnings.at(-1)).toMatchObject({ keys: [{ environment: 'staging' }, stray] });
  environments = ['production', 'staging', 'producton'];
  await service.refresh();
  expect(warnings).toHaveLength(2);
});
