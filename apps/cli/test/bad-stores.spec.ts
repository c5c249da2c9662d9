import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Finding } from '@guidon/engine/model';
import { FINDING_CODES } from '@guidon/engine/schema';
import type { GitRemote } from '@guidon/testkit';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BAD_STORES, type BadStore, createBadRemote, lintBadStore, statesOf } from './bad-stores.js';
import { whyInvalidSarif } from './sarif/validate-sarif.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

/**
 * Codes that no files under `guidon lint` can cause, with the spec that shows them.
 */
const SHOWN_ELSEWHERE: { readonly [code: string]: string } = {
  'rollout-running': 'libs/engine/src/language/rollouts.cases.ts: only a server knows where rollouts stand',
  'plan-not-safer': 'libs/engine/src/language/rollouts.cases.ts: only a server knows which rollouts run',
  'dry-evaluation': 'libs/engine/src/load/dry-evaluation.spec.ts: a defect of ours, never of a file',
  'cannot-read': 'libs/engine/src/load/load-totality.spec.ts: shows that no bytes cause it',
  'too-many-files': 'apps/server/src/sync/hostile-trees.spec.ts: takes sixty thousand files',
  'too-many-flags': 'libs/engine/src/load/limits.spec.ts: takes ten thousand and one files',
};

const STORES: readonly BadStore[] = [...BAD_STORES, 'odd-files'];
const WRITE = process.env.GUIDON_WRITE_GOLDEN === '1';

describe('the bad stores', () => {
  const remotes = new Map<BadStore, GitRemote>();
  beforeAll(async () => {
    for (const store of STORES) remotes.set(store, await createBadRemote(store));
  });
  const lint = async (store: BadStore, ...args: readonly string[]) =>
    lintBadStore(store, remotes.get(store) as GitRemote, ...args);
  const findings = async (store: BadStore): Promise<Finding[]> =>
    JSON.parse((await lint(store, '--json')).out).findings;

  it('show every finding that there is', async () => {
    const codes = new Set((await Promise.all(STORES.map(findings))).flat().map(({ code }) => code));
    const missing = Object.keys(FINDING_CODES).filter(
      (code) => !codes.has(code) && !(code in SHOWN_ELSEWHERE),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(SHOWN_ELSEWHERE).filter((code) => codes.has(code))).toEqual([]);
  });

  it('show a code in the file that is named after it', async () => {
    const found = (await findings('flags')).map(({ path, code }) => `${stemOf(path)} ${code}`);
    const named = new Set(Object.keys(statesOf('flags')[0] as object).map(stemOf));
    const codes = [...named].filter((stem) => Object.hasOwn(FINDING_CODES, stem));
    expect(codes.length).toBeGreaterThan(70);
    expect(codes.filter((code) => !found.includes(`${code} ${code}`))).toEqual([]);
  });

  it.each(STORES)('%s is told in text and as SARIF as it was reviewed', async (store) => {
    const text = await lint(store);
    // Of the warnings alone nothing fails.
    expect(text.code).toBe(store === 'warnings' || store === 'loosened-plan' ? 0 : 1);
    expectGolden(`${store}.golden.txt`, text.out.replaceAll(/\([0-9a-f]{10}\)/g, '(…)'));
    const sarif = await lint(store, '--format', 'sarif');
    expect(sarif.code).toBe(text.code);
    expect(whyInvalidSarif(JSON.parse(sarif.out))).toEqual([]);
    const anyVersion = sarif.out.replace(/("semanticVersion": )"[^"]+"/, '$1"0.0.0"');
    expectGolden(`${store}.golden.sarif.json`, anyVersion);
  });
});

function stemOf(path: string): string {
  return /([^/]+?)(\.test)?\.ya?ml$/.exec(path)?.[1]?.replace(/^-/, '') ?? path;
}

/** Golden files are written anew with GUIDON_WRITE_GOLDEN=1 (see CONTRIBUTING.md), and then read by a person. */
function expectGolden(name: string, text: string): void {
  const path = fileURLToPath(new URL(`./bad-stores/${name}`, import.meta.url));
  if (WRITE) writeFileSync(path, text);
  expect([name, existsSync(path)]).toEqual([name, true]);
  expect(text).toBe(readFileSync(path, 'utf8'));
}
