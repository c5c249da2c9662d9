import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ROOT } from './checkout.js';

jest.setTimeout(120_000);

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Runs the tool in a process of its own: it reads `.ts` through a compiler that jest's module loader would double. */
function cruise(folder: string, roots: readonly string[]): Promise<Report> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const args = [program, '--config', config, '--output-type', 'json', ...roots];
  return new Promise((resolve, reject) => {
    // The exit code is the number of breaches, so it says nothing about success.
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch {
        reject(new Error(`dependency-cruiser did not report: ${stderr}`));
      }
    });
  });
}

test('imports only what the table of the design allows, without cycles', async () => {
  const { summary } = await cruise(ROOT, ['libs', 'apps', 'migrations']);
  // With a compiler that has no API the tool reads nothing and is content.
  expect(summary.totalCruised).toBeGreaterThan(100);
  const breaches = summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
  expect(breaches).toEqual([]);
});

test('has a rule for every package, every folder of the engine and every feature of the server', () => {
  const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
    forbidden: readonly { name: string }[];
  };
  const rules = new Set(forbidden.map(({ name }) => name));
  const foldersOf = (path: string): string[] =>
    readdirSync(join(ROOT, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['node_modules', 'dist'].includes(entry.name))
      .map((entry) => entry.name);
  const wanted = [
    ...foldersOf('libs').map((name) => `libs/${name}-imports`),
    ...foldersOf('apps').map((name) => `apps/${name}-imports`),
    ...foldersOf('libs/engine/src').map((name) => `engine-${name}-imports`),
    ...foldersOf('apps/server/src').map((name) => `server-${name}-imports`),
  ];
  // The engine has a rule for each folder; its language cases are tests.
  const exempt = ['libs/engine-imports', 'engine-language-imports'];
  expect(wanted.filter((rule) => !rules.has(rule) && !exempt.includes(rule))).toEqual([]);
});

/** A file that breaks a rule, what it imports, and the rule that must say so. */
const PLANTED: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['no-cycle', 'libs/engine/src/model/one.ts', 'libs/engine/src/model/two.ts'],
  ['engine-model-imports', 'libs/engine/src/model/reads-disk.ts', 'node:fs'],
  ['engine-model-imports', 'libs/engine/src/model/looks-up.ts', 'libs/engine/src/load/index.ts'],
  ['engine-evaluate-imports', 'libs/engine/src/evaluate/parses.ts', 'yaml'],
  ['engine-compile-imports', 'libs/engine/src/compile/validates.ts', 'zod'],
  ['libs/policy-imports', 'libs/policy/src/permissions/acts.ts', 'node:net'],
  ['libs/protocol-imports', 'libs/protocol/src/decides.ts', 'libs/policy/src/permissions/index.ts'],
  ['zod-only-in-schemas', 'libs/protocol/src/checks.ts', 'zod'],
  ['libs/git-imports', 'libs/git/src/knows-flags.ts', 'libs/engine/src/model/index.ts'],
  ['libs/sdk-core-imports', 'libs/sdk-core/src/times.ts', 'node:timers'],
  ['libs/sdk-core-imports', 'libs/sdk-core/src/loads.ts', 'libs/engine/src/load/index.ts'],
  ['libs/sdk-node-imports', 'libs/sdk-node/src/decides.ts', 'libs/policy/src/permissions/index.ts'],
  ['schemas-stay-on-the-server', 'libs/sdk-node/src/checks.ts', 'libs/protocol/src/schemas/index.ts'],
  ['libs/sdk-web-imports', 'libs/sdk-web/src/evaluates.ts', 'libs/engine/src/evaluate/index.ts'],
  ['libs/sdk-web-imports', 'libs/sdk-web/src/holds-rulesets.ts', 'libs/sdk-core/src/ruleset-holder.ts'],
  ['schemas-stay-on-the-server', 'libs/sdk-web/src/checks.ts', 'libs/protocol/src/schemas/index.ts'],
  ['apps/cli-imports', 'apps/cli/src/serves.ts', 'apps/server/src/main.ts'],
  ['apps/server-imports', 'apps/server/src/sync/evaluates.ts', 'libs/sdk-node/src/index.ts'],
  ['server-kernel-imports', 'apps/server/src/kernel/http/knows-flags.ts', 'apps/server/src/catalog/index.ts'],
  ['server-sync-imports', 'apps/server/src/sync/sideways.ts', 'apps/server/src/killswitch/index.ts'],
  ['server-serving-imports', 'apps/server/src/serving/audits.ts', 'apps/server/src/audit/index.ts'],
  ['server-catalog-imports', 'apps/server/src/catalog/by-window.ts', 'apps/server/src/audit/audit-chain.ts'],
  ['server-door', 'apps/server/src/app.module.ts', 'apps/server/src/catalog/live.ts'],
  ['testkit-in-tests-only', 'apps/server/src/health/fakes.ts', 'libs/testkit/src/index.ts'],
  ['one-module-runs-programs', 'apps/server/src/sync/shells.ts', 'node:child_process'],
  ['resolvable', 'apps/server/src/sync/lost.ts', 'apps/server/src/sync/nowhere.ts'],
];

/** What the rules must let pass: a rule that refuses everything would catch every breach, too. */
const ALLOWED: readonly (readonly [from: string, to: string])[] = [
  ['libs/engine/src/load/reads-yaml.ts', 'yaml'],
  ['libs/sdk-node/src/evaluates.ts', 'libs/engine/src/evaluate/index.ts'],
  ['libs/sdk-web/src/waits.ts', 'libs/sdk-core/src/back-off.ts'],
  ['apps/server/src/catalog/answers.ts', 'apps/server/src/kernel/problem/index.ts'],
  ['apps/server/src/serving/reads.ts', 'apps/server/src/catalog/index.ts'],
  ['libs/engine/src/model/tested.spec.ts', 'libs/testkit/src/index.ts'],
];

describe('given planted breaches', () => {
  let folder = '';
  let breaches: readonly string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guidon-breaches-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const files = new Map<string, string[]>();
    const add = (path: string, line?: string): void => {
      files.set(path, [...(files.get(path) ?? []), ...(line === undefined ? [] : [line])]);
    };
    const pairs = [...PLANTED.map(([, from, to]) => [from, to] as const), ...ALLOWED];
    for (const [from, to] of pairs) {
      const isFile = to.includes('/src/');
      add(from, `import '${isFile ? relativeImport(from, to) : to}';`);
      if (isFile && !to.includes('nowhere')) add(to);
    }
    add('libs/engine/src/model/two.ts', `import './one.js';`);
    for (const [path, lines] of files) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), `${lines.join('\n')}\nexport {};\n`);
    }
    const { summary } = await cruise(folder, ['libs', 'apps']);
    breaches = summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(PLANTED)('reports %s in %s', (rule, from) => {
    expect(breaches).toContain(`${rule}: ${from}`);
  });

  test('lets what is allowed pass', () => {
    const allowed = new Set(ALLOWED.map(([from]) => from));
    expect(breaches.filter((breach) => allowed.has(breach.split(': ')[1] ?? ''))).toEqual([]);
  });
});

function relativeImport(from: string, to: string): string {
  const up = from.split('/').slice(0, -1).fill('..').join('/');
  return `${up}/${to.replace(/\.ts$/, '.js')}`;
}
