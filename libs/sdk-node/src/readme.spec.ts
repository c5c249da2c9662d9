import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RulesetRollout } from '@guidon/engine/model';
import { TAKES_GUARDED, type TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { constants } from '@guidon/sdk-core';
import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { connect, endAll, ended, serving } from '../test/client-kit.js';
import { flag, ruleset } from '../test/fake-server.js';
import { detailsOf } from './details.js';
import { OPTION_DEFAULTS } from './options.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const NOTHING: Parameters<typeof detailsOf>[0]['status'] = {
  state: 'starting',
  source: 'default',
  ageMs: undefined,
  environment: undefined,
  generation: undefined,
  revision: undefined,
  proof: undefined,
  trouble: undefined,
};

/** Rows of the table under a heading, cells without their back-ticks. */
function table(heading: string): string[][] {
  const section = README.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** A package of this repository with those that it needs in turn; packed files would not find them elsewhere. */
function needed(name: string): string[] {
  const folder = name === '@guidon/node' ? 'sdk-node' : name.slice('@guidon/'.length);
  const manifest = JSON.parse(
    readFileSync(new URL(`../../${folder}/package.json`, import.meta.url), 'utf8'),
  ) as { version: string; files: string[]; dependencies: Record<string, string> };
  expect([manifest.version, manifest.files]).toEqual(['0.1.0', expect.arrayContaining(['dist'])]);
  const own = Object.keys(manifest.dependencies).filter((one) => one.startsWith('@guidon/'));
  return [...new Set([name, ...own.flatMap(needed)])];
}

describe('the README', () => {
  test('lists every option with the default that the code has', () => {
    const documented = Object.fromEntries(table('Options').map(([name, fallback]) => [name, fallback]));
    expect(documented).toEqual(
      Object.fromEntries(Object.entries(OPTION_DEFAULTS).map(([name, value]) => [name, String(value)])),
    );
  });

  test('packs exactly the packages of this repository that the SDK needs, and installs the same', () => {
    for (const text of [README, readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')]) {
      const [pack] = /^npm pack .+$/m.exec(text) ?? [''];
      const packed = [...pack.matchAll(/--workspace (\S+)/g)].map(([, name]) => name);
      expect(packed.sort()).toEqual(needed('@guidon/node').sort());
      const [, names] = /^npm install \/tmp\/guidon-\{(.+)\}-0\.1\.0\.tgz$/m.exec(text) ?? [];
      expect(
        names
          ?.split(',')
          .map((name) => `@guidon/${name}`)
          .sort(),
      ).toEqual(packed);
    }
  });

  test('names every state', () => {
    expect(table('Where a value comes from').map(([state]) => state)).toEqual([
      'starting',
      'ready',
      'stale',
      'error',
      'closed',
    ]);
  });

  test('states the delays that the code has', () => {
    expect(README).toContain(`back off to ${constants.BACK_OFF_CAP_MS / 1_000} s`);
    expect(README.replaceAll('\n', ' ')).toContain(
      `every ${constants.EXTENDED_RETRY_MS / 2_000} to ${constants.EXTENDED_RETRY_MS / 1_000} s`,
    );
    expect(constants.GRACE_MS).toBe(60_000);
    // Written out as words in what is kept on disk.
    const { TRIAL_MS, EARNED_MS, GENERATIONS_KEPT, DEATHS_TO_QUARANTINE } = constants;
    expect([TRIAL_MS, EARNED_MS, GENERATIONS_KEPT, DEATHS_TO_QUARANTINE]).toEqual([60_000, 600_000, 3, 2]);
    const words = ['after a minute in use', 'after ten. Three of those are kept', 'twice in a row'];
    for (const said of words) expect(README.replaceAll(/\s+/g, ' ')).toContain(said);
  });

  test('names every proof, and the fields that tell where a value comes from', () => {
    for (const proof of ['trying', 'good', 'last-known-good']) expect(README).toContain(`\`${proof}\``);
    const details = detailsOf({ key: 'a', fallback: true, evaluation: undefined, status: NOTHING });
    for (const name of ['source', 'ageMs', 'generation', 'proof']) {
      expect(Object.keys(details)).toContain(name);
      expect(README).toContain(`\`${name}\``);
    }
  });

  test('shows in ten lines that work how an application says how its requests went', async () => {
    const [, code = ''] = /```js\n(const server = createServer[\s\S]+?)```/.exec(README) ?? [];
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(11);
    const rollout: RulesetRollout = {
      to: { serve: 'on' },
      unit: ['targetingKey'],
      salt: 's',
      algorithm: 'native',
      holdoutParts: 0,
      reached: [{ parts: 50_000 }],
      outcomes: { failures: ['http.error'], durations: ['http.latency'] },
    };
    const server = await serving(ruleset({ 'new-checkout': flag('off', { rollout }) }));
    server.takes = TAKES_GUARDED;
    const [failing, users]: [Set<string>, string[]] = [new Set(), []];
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const { client, log } = connect(server.url);
    await waitUntil(() => server.reports.length > 0, { timeoutMs: 10_000, what: 'a report came' });
    jest.restoreAllMocks();
    const application = new Function('createServer', 'flags', 'userOf', 'respond', `${code}; return server;`)(
      createServer,
      client,
      (request: IncomingMessage) => request.headers['x-user'],
      (response: ServerResponse, isNew: boolean) => {
        const user = String(response.req.headers['x-user']);
        if (isNew) failing.add(user);
        setImmediate(() => response.writeHead(isNew ? 500 : 200).end());
      },
    ) as Server;
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    ended.push(() => application.close());
    const { port } = application.address() as AddressInfo;
    for (let i = 0; i < 40; i++) users.push(`user-${i}`);
    await Promise.all(
      users.map(async (user) => {
        const answer = await fetch(`http://127.0.0.1:${port}`, {
          headers: { 'x-user': user, connection: 'close' },
        });
        await answer.text();
      }),
    );
    const before = server.reports.length;
    client.close();
    await waitUntil(() => server.reports.length > before, {
      timeoutMs: 10_000,
      what: 'the last report came',
    });
    const { guarded } = telemetrySchema.parse(server.reports.at(-1)) as TelemetryReport;
    const sums = (arm: string, outcome: string) =>
      guarded?.cells.find((one) => one.arm === arm)?.outcomes.find((one) => one.outcome === outcome);
    expect(failing.size).toBeGreaterThan(5);
    expect(sums('treatment', 'http.error')).toMatchObject({ calls: failing.size, errors: failing.size });
    expect(sums('control', 'http.error')).toMatchObject({ calls: 40 - failing.size, errors: 0 });
    expect(sums('control', 'http.latency')).toMatchObject({ calls: 40 - failing.size });
    expect([guarded?.uncredited, log]).toEqual([0, []]);
  });
});

afterEach(endAll);
