import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SpawnedNode, spawnNode, temporaryFolder, waitUntil } from '@guidon/testkit';
import { describe, expect, it, jest } from '@jest/globals';

const LONG = process.env.GUIDON_TEST_LONG === '1';

// Stages wait for reports of every ten seconds, and a busy machine takes its time for everything else.
jest.setTimeout(600_000);

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const DEMO = join(ROOT, 'scripts', 'demo-rollout.mjs');

type Line = { readonly [name: string]: unknown; readonly at: number; readonly part?: string };

interface Demo {
  readonly child: SpawnedNode;
  /** Where everything temporary of it lies. */
  readonly folder: string;
  lines(): readonly Line[];
  /** The figures under this name. */
  figures<T>(name: string): T | undefined;
}

async function startDemo(): Promise<Demo> {
  const folder = await temporaryFolder('guidon-demo-spec');
  const child = spawnNode(DEMO, { args: ['--json'], env: { TMPDIR: folder } });
  const lines = () =>
    child.lines.filter((line) => line.startsWith('{"at":')).map((line) => JSON.parse(line) as Line);
  const figures = <T>(name: string) => lines().find((line) => name in line)?.[name] as T | undefined;
  return { child, folder, lines, figures };
}

/** Once its processes run and the first change is merged. */
async function begun(demo: Demo): Promise<{ readonly [name: string]: number }> {
  await demo.child.waitForLine('"merged":', 240_000);
  return demo.figures<{ pids: { [name: string]: number } }>('begun')?.pids ?? {};
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectNothingLeft({ folder }: Demo, pids: { readonly [name: string]: number }): Promise<void> {
  expect(Object.keys(pids)).toEqual(['server', 'application', 'customers']);
  const gone = () => !Object.values(pids).some(isAlive);
  await waitUntil(gone, { timeoutMs: 20_000, what: 'the processes of the demo were gone' });
  expect(await readdir(folder)).toEqual([]);
}

describe('npm run demo:rollout', () => {
  it('ends everything that it started when it is interrupted', async () => {
    const demo = await startDemo();
    const pids = await begun(demo);
    expect(Object.values(pids).every(isAlive)).toBe(true);
    await demo.child.kill('SIGINT');
    expect((await demo.child.exited).code).toBe(130);
    await expectNothingLeft(demo, pids);
  });

  it('ends with 1 and says why when the story does not go on', async () => {
    const demo = await startDemo();
    const pids = await begun(demo);
    process.kill(Number(pids.application), 'SIGKILL');
    expect((await demo.child.exited).code).toBe(1);
    expect(demo.child.lines.join('\n')).toContain(
      'The demo did not happen as it should. the application ended with SIGKILL',
    );
    await expectNothingLeft(demo, pids);
  });

  it('merges flags that lint finds nothing wrong with', async () => {
    const folder = await temporaryFolder('guidon-demo-store');
    const { CHANGES, PROJECT } = (await import(join(ROOT, 'scripts', 'demo', 'demo-store.mjs'))) as {
      readonly PROJECT: string;
      readonly CHANGES: { readonly [flag: string]: { readonly files: { readonly [path: string]: string } } };
    };
    const files = Object.assign(
      { 'flags/guidon.yaml': PROJECT },
      ...Object.values(CHANGES).map((one) => one.files),
    );
    await mkdir(join(folder, 'flags'));
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), String(text));
    const lint = spawnNode(join(ROOT, 'apps', 'cli', 'bin', 'guidon.js'), { args: ['lint'], cwd: folder });
    expect((await lint.exited).code).toBe(0);
    expect(lint.lines.at(-1)).toBe('All good: 5 files.');
  });

  // Two minutes of real time; what it is made of is above.
  if (LONG)
    it('shows for real how one completes, one goes back, and the button', async () => {
      const demo = await startDemo();
      const { code } = await demo.child.exited;
      expect(demo.child.lines.slice(-5).join('\n')).toContain('"part":"end"');
      expect(code).toBe(0);
      const checkout = demo.figures<{ new: { requests: number; failed: number } }>('checkout');
      expect(checkout?.new.requests).toBeGreaterThan(500);
      expect(demo.figures<string[]>('proposal')).toEqual([
        '-    rollout: { to: on, plan: quick }',
        '-    serve: off',
        '+    serve: on',
      ]);
      const search = demo.figures<{ new: { users: number; failed: number }; cause: string }>('search');
      // One per cent of two thousand people, and those who work there.
      expect(search?.new.users).toBeLessThan(60);
      expect(search?.new.failed).toBeGreaterThanOrEqual(5);
      expect(search?.cause).toMatch(/^Rolled back by guard 'errors': Treatment fails \d/);
      expect(demo.figures<{ reachMs: number }>('button')?.reachMs).toBeLessThan(2_000);
      process.stderr.write(`demo:rollout took ${demo.lines().at(-1)?.at} s\n`);
      expect(await readdir(demo.folder)).toEqual([]);
    });
});
