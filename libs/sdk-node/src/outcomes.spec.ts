import type { RulesetRollout } from '@guidon/engine/model';
import { TAKES_GUARDED, type TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { connect, endAll, serving } from '../test/client-kit.js';
import { type FakeServer, flag, ruleset } from '../test/fake-server.js';
import type { GuidonClient } from './client.js';

afterEach(endAll);

const ROLLOUT: RulesetRollout = {
  to: { serve: 'on' },
  unit: ['account'],
  salt: 's',
  algorithm: 'native',
  holdoutParts: 0,
  reached: [{ parts: 100_000 }],
  outcomes: { failures: ['http.error'] },
};
const SECRET = 'ada@acme.example';

/** A client that has heard that the server takes what guards look at. */
async function reporting() {
  const server = await serving(ruleset({ a: flag('off', { rollout: ROLLOUT }), b: flag('off') }));
  server.takes = TAKES_GUARDED;
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const made = connect(server.url);
  await made.client.ready();
  await waitUntil(() => server.reports.length > 0, { timeoutMs: 10_000, what: 'a report came' });
  jest.restoreAllMocks();
  return { server, ...made };
}

async function lastReport(server: FakeServer, client: GuidonClient): Promise<TelemetryReport> {
  const before = server.reports.length;
  client.close();
  await waitUntil(() => server.reports.length > before, { timeoutMs: 10_000, what: 'the last report came' });
  return telemetrySchema.parse(server.reports.at(-1)) as TelemetryReport;
}

describe('outcomes', () => {
  test('tell nothing of who it was, and count for waves where they say whether a call failed', async () => {
    const { server, client, log } = await reporting();
    client.request(() => {
      client.boolean('a', { account: SECRET }, false);
      client.boolean('b', { account: SECRET }, false);
      client.track('http.error', { targetingKey: SECRET, account: SECRET }, { failed: true, cart: SECRET });
      client.track('cart.paid', { targetingKey: SECRET }, { value: 12 });
      client.outcome('http.error', false);
    });
    const report = await lastReport(server, client);
    expect(JSON.stringify(report)).not.toContain('ada');
    expect(report.counts.at(-1)?.outcomes).toEqual([{ outcome: 'http.error', total: 2, bad: 1 }]);
    expect(report.guarded).toMatchObject({
      cells: [
        { flag: 'a', arm: 'treatment', exposures: 1, outcomes: [{ calls: 2, errors: 1, errorSquares: 1 }] },
      ],
      seen: ['http.error', 'cart.paid'],
    });
    expect(log).toEqual([]);
  });

  test('belong to the innermost request, whatever is done in it, and the rest to none', async () => {
    const { server, client, log } = await reporting();
    const answer = await client.request(async () => {
      client.boolean('a', { account: 'one' }, false);
      client.request(() => client.track('http.error', {}, { failed: true }));
      await Promise.resolve();
      client.track('http.error', {}, { failed: false });
      return 'what the work returned';
    });
    expect(answer).toBe('what the work returned');
    expect(() =>
      client.request(() => {
        throw new Error('of the application');
      }),
    ).toThrow('of the application');
    for (let times = 0; times < 3; times++) client.track('http.error', {}, { failed: true });
    const { guarded } = await lastReport(server, client);
    expect(guarded?.cells).toMatchObject([{ outcomes: [{ calls: 1, errors: 0 }] }]);
    expect(guarded?.uncredited).toBe(3);
    expect(log).toEqual([expect.stringContaining('outside of a request')]);
  });

  test('never throw, whatever they are given, and say once what they cannot use', async () => {
    const { server, client, log } = await reporting();
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    client.request(() => {
      client.boolean('a', { account: 'one' }, false);
      for (const details of [
        undefined,
        null,
        1,
        'text',
        hostile,
        { failed: 'yes' },
        { value: Number.NaN },
        { value: -1 },
      ])
        client.track('http.error', hostile, details as never);
      for (const name of [undefined, null, Symbol('s'), {}, '', 'No Name', 'x'.repeat(65)])
        client.track(name as never, {}, { failed: true });
    });
    const { guarded } = await lastReport(server, client);
    expect(guarded).toMatchObject({ cells: [{ exposures: 1, outcomes: [] }], uncredited: 8 });
    expect(log).toHaveLength(2);
    expect(log.join('\n')).toContain('say `failed` (true or false)');
  });
});
