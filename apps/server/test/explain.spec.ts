import { evaluate } from '@guidon/engine/evaluate';
import { createGitRemote, fakeClock, flagFile, projectFile, startPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ExplainController } from '../src/catalog/explain.controller.js';
import type { Database } from '../src/kernel/database/index.js';
import { ASKER, aSyncingReplica, auditEntries, openQuickStore } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const postgres = await startPostgres();

let database: Database;
beforeAll(async () => {
  database = await openQuickStore(postgres);
});
afterAll(() => database.close());

const RULE = '\n    rules: [{ id: many, when: { orders: { gte: 5 } }, serve: on }]\n    serve: off';

it('explains what is served now, kills included, and leaves no trace', async () => {
  const text = flagFile({ serve: { production: 'off', development: 'off' } });
  const remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile(),
      'flags/checkout.yaml': text.replace('development: off', `development:${RULE}`),
    },
  });
  const clock = fakeClock();
  const replica = await aSyncingReplica(database, remote.url, { clock });
  const controller = new ExplainController(replica.live, clock);
  expect(() => controller.explain('checkout', {})).toThrow(
    expect.objectContaining({ code: 'environment-not-found' }),
  );
  await replica.sync.sync();

  const context = { orders: 7 };
  const answer = controller.explain('checkout', { environment: 'development', context });
  expect(answer).toMatchObject({
    generation: 1,
    revision: await remote.head(),
    steps: [
      { step: 'kill', killed: false },
      { step: 'rule', rule: 'many', serves: 'on' },
    ],
  });
  const served = () => {
    const { generation: _, ...rest } = evaluate(
      replica.live.current('development')!.view,
      'checkout',
      context,
      0,
    );
    return rest;
  };
  expect(answer.outcome).toEqual(served());
  await replica.killSwitch.press(
    { scope: { flag: 'checkout' }, environments: 'all', reason: 'Payments fail' },
    ASKER,
  );
  const before = (await auditEntries(database)).length;
  const killed = controller.explain('checkout', { context });
  expect(killed).toMatchObject({ environment: 'development', steps: [{ killed: true, serves: 'off' }] });
  expect(killed.outcome).toEqual(served());
  expect(await auditEntries(database)).toHaveLength(before);

  expect(() => controller.explain('chekout', {})).toThrow(
    expect.objectContaining({ code: 'flag-not-found' }),
  );
  expect(() => controller.explain('checkout', { environment: 'moon' })).toThrow(
    expect.objectContaining({ code: 'environment-not-found' }),
  );
  expect(() => controller.explain('checkout', { context: [], at: 'soon' })).toThrow(
    expect.objectContaining({ code: 'request-invalid' }),
  );
});
