import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGuidon, type GuidonClient } from '@guidon/node';
import type { AnswerUsage, UsageDocument } from '@guidon/protocol';
import {
  createGitRemote,
  type GitRemote,
  projectFile,
  spawnNode,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RunningServer } from '../src/create-server.js';
import { createLog, loadConfig } from '../src/kernel/index.js';
import { quickDatabaseVariables } from './quick-database.js';

// A real server, SDK, Git remote and command on a busy machine: the bound catches what hangs.
jest.setTimeout(90_000);

const CLI = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'cli', 'bin', 'guidon.js');
const FLAG = 'flags/checkout.yaml';

const flag = (rule: string, rest = 'off') => `type: release
owner: payments
description: One-page checkout
expires: 2099-12-31
safe: off
environments:
  production:
    rules:
      - ${rule}
    serve: ${rest}
`;
const buyers = (percent: number) =>
  `{ id: buyers, when: { orders: { gte: 1 } }, percent: ${percent}, serve: on }`;

/** Evaluates for a thousand users, 400 of whom have bought something, and counts what it got. */
function evaluateForAll(client: GuidonClient): Map<string, number> {
  const seen = new Map<string, number>();
  for (let index = 0; index < 1_000; index++) {
    const context = { targetingKey: `u-${index}`, orders: index % 5 < 2 ? 3 : 0 };
    const { variant, ruleId, reason } = client.details('checkout', context, false);
    const name = `${variant} ${ruleId} ${reason}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return seen;
}

describe('from an SDK that counts to a plan that estimates', () => {
  let remote: GitRemote;
  let server: RunningServer;
  let seen: Map<string, number>;
  let answers: readonly AnswerUsage[];

  const ask = async (search: string) => {
    const headers = { authorization: `Bearer ${server.keys.admin}` };
    const answer = await fetch(`${server.url}/api/v1/usage${search}`, { headers });
    return { status: answer.status, body: (await answer.json()) as UsageDocument };
  };

  async function plan(...args: string[]) {
    const command = spawnNode(CLI, {
      args: ['plan', ...args],
      cwd: remote.person.folder,
      env: { GUIDON_KEY: String(server.keys.admin), GUIDON_URL: server.url },
    });
    const { code } = await command.exited;
    return { code, text: command.lines.join('\n') };
  }

  beforeAll(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), [FLAG]: flag(buyers(10)) },
    });
    const config = loadConfig(
      {
        ...{ PORT: '0', GUIDON_GIT_URL: remote.url, GUIDON_DATA_DIR: await temporaryFolder() },
        GUIDON_KEY_ENVIRONMENT: 'production',
        ...(await quickDatabaseVariables()),
      },
      '/',
    );
    if (!config.ok) throw new Error(JSON.stringify(config.problems));
    server = await createServer({ config: config.config, log: createLog('silent') });
    const logger = { warn: () => {}, error: () => {} };
    const client = createGuidon({ url: server.url, key: String(server.keys.server), logger });
    try {
      await waitUntil(async () => (await client.ready()).state === 'ready', {
        timeoutMs: 30_000,
        what: 'the client was ready',
      });
      seen = evaluateForAll(client);
      answers = await waitUntil(
        async () => {
          const [found] = (await ask('?environment=production&flag=checkout')).body.environments;
          return found !== undefined && found.answers.length > 0 ? found.answers : undefined;
        },
        // Two reports: the first hears that the server takes such counts.
        { timeoutMs: 40_000, everyMs: 200, what: 'the counts came' },
      );
    } finally {
      client.close();
    }
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('remote', 'set-head', 'origin', 'main');
    await remote.person.git('checkout', '--quiet', '-b', 'feature');
  });
  afterAll(() => server?.close());

  it('tells exactly what the application got, by variant and rule', () => {
    expect([...seen.values()].reduce((sum, one) => sum + one, 0)).toBe(1_000);
    const told = answers.map((one) => [`${one.variant} ${one.rule} ${one.reason}`, one.evaluations] as const);
    expect(new Map(told)).toEqual(seen);
  });

  it('tells the window that is covered and how many instances counted', async () => {
    const { body } = await ask('?hours=1');
    expect(body).toMatchObject({ hours: 1, environments: [{ environment: 'production', dropped: 0 }] });
    const { covered } = body.environments[0]!;
    expect(covered?.instances).toBe(1);
    expect(Date.parse(covered!.to)).toBeGreaterThan(Date.parse(covered!.from));
    expect((await ask('?environment=development')).body.environments).toEqual([
      { environment: 'development', covered: null, dropped: 0, outcomes: [], answers: [] },
    ]);
    expect((await ask('?flag=nowhere')).body.environments[0]).toMatchObject({ answers: [] });
    for (const bad of ['?hours=0', '?hours=169', '?hours=1.5', '?user=ada'])
      expect((await ask(bad)).status).toBe(400);
  });

  it('estimates what one more zero does, near what it really does', async () => {
    await remote.person.write(FLAG, flag(buyers(100)));
    const { code, text } = await plan('--from', '--json');
    expect(code).toBe(1);
    const document = JSON.parse(text);
    const [production] = document.flags[0].environments;
    const { changed, pairs, unknowns, evaluations } = production.estimated;
    const had = seen.get('on buyers SPLIT') ?? 0;
    expect({ evaluations, unknowns }).toEqual({ evaluations: 1_000, unknowns: [] });
    expect(pairs).toMatchObject([{ from: 'off', to: 'on' }]);
    // Of those 400 who bought, all but those who had it already move; the interval holds the true share.
    const truth = (400 - had) / 10;
    expect(changed.low).toBeLessThanOrEqual(truth);
    expect(changed.high).toBeGreaterThanOrEqual(truth);
    expect(changed.percent).toBeCloseTo(had * 0.9, 4);
    expect(document.usage).toMatchObject({ server: server.url, trouble: null, hours: 24 });
  });

  it('gives an upper bound for a new rule, in words for a terminal and for a pull request', async () => {
    const kept = '{ id: nobody, when: { country: XX }, serve: off }';
    await remote.person.write(FLAG, flag(kept));
    const { text } = await plan('--from', server.url);
    expect(text).toMatch(
      /estimated: \S+ % of 1000 evaluations would be answered otherwise \(\S+ % to \S+ %\)/,
    );
    expect(text).toMatch(/at most \S+ %; not known is how many the new rule nobody takes/);
    expect(text).toContain('Evaluations are not users');
    expect((await plan('--from', server.url, '--markdown')).text).toMatch(
      /Estimated from 1000 evaluations: \*\*/,
    );
  });

  it('goes on without figures when the server is away, and says so', async () => {
    await remote.person.write(FLAG, flag(buyers(15)));
    const { code, text } = await plan('--from', 'http://127.0.0.1:9');
    expect(code).toBe(0);
    expect(text).toContain('No figures from the server: The server at http://127.0.0.1:9 cannot be reached');
    expect(await plan('--from', 'not an address')).toMatchObject({ code: 2 });
  });
});
