import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runGit, type SpawnedNode, spawnNode, temporaryFolder, waitUntil } from '@guidon/testkit';
import { expect, jest, test } from '@jest/globals';
import { freePort } from './built-server.js';

jest.setTimeout(600_000);

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const START = join(ROOT, 'scripts', 'start.mjs');

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl)
  process.stderr.write('\n*** SKIPPED: the printed lines need curl, which this machine does not have.\n\n');

/** Runs a line as a person would who copies it from the terminal. */
function paste(...lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', lines.join('\n')], { timeout: 30_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${stderr}\n${stdout}`)),
    );
  });
}

/** `npm start` in the checkout; in the long version in a fresh clone, with an empty home and nothing installed. */
async function npmStart(port: number): Promise<SpawnedNode> {
  const folder = await temporaryFolder('guidon-start');
  if (process.env.GUIDON_TEST_LONG !== '1')
    return spawnNode(START, { env: { PORT: String(port), GUIDON_DATA_DIR: join(folder, 'data') } });
  const clone = join(folder, 'guidon');
  await runGit(folder, ['clone', '--quiet', pathToFileURL(ROOT).href, clone]);
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
  const environment = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('GUIDON_'),
  );
  const env = { ...Object.fromEntries(environment), HOME: folder, PORT: String(port) };
  return spawnNode(npm, { args: ['start'], cwd: clone, env });
}

(hasCurl ? test : test.skip)('prints address, keys and three lines that work when pasted', async () => {
  const port = await freePort();
  const started = await npmStart(port);
  await started.waitForLine(/^Ready on the embedded database after [\d.]+ s/, 540_000);
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(answer.status).toBe(200);

  const printed = started.lines.join('\n');
  expect(printed).toContain(`http://127.0.0.1:${port}`);
  for (const kind of ['admin', 'server', 'web'])
    expect(printed).toMatch(new RegExp(`gdn_${kind}_[a-z0-9]+_[A-Za-z0-9_-]{43}`));

  const [evaluate, kill, revive] = started.lines
    .map((line) => line.trim())
    .filter((line) => line.includes('curl '));
  expect([evaluate, kill, revive]).not.toContain(undefined);
  // One shell for all of them: the third line uses what the second one has kept.
  const printedBy = await paste(
    `${evaluate}; echo; ${kill}`,
    `${evaluate}; echo`,
    `${revive}; echo; ${evaluate}`,
  );
  const reasons = [...printedBy.matchAll(/"reason":"([A-Z_]+)"/g)].map((match) => match[1]);
  expect(reasons).toHaveLength(3);
  expect(reasons[0]).not.toBe('DISABLED');
  expect(reasons[1]).toBe('DISABLED');
  expect(reasons[2]).toBe(reasons[0]);
  expect(printedBy).toMatch(/killed by [0-9A-HJKMNP-TV-Z]{26}/);

  await started.kill('SIGTERM');
  await waitUntil(
    () =>
      fetch(answer.url).then(
        () => false,
        () => true,
      ),
    { what: 'nothing listened there any more' },
  );
});

test('says at once what is wrong when the newest commit brings no flag, and offers nothing to try', async () => {
  const folder = await temporaryFolder('guidon-start');
  const port = await freePort();
  const started = spawnNode(START, {
    env: { PORT: String(port), GUIDON_DATA_DIR: join(folder, 'data'), GUIDON_GIT_PATH: 'nope' },
  });
  await started.waitForLine('Stop with Ctrl-C.', 60_000);
  const printed = started.lines.join('\n');
  expect(printed).toMatch(/^No flag is live: commit [0-9a-f]{10} of .+ was rejected\.$/m);
  expect(printed).toMatch(/^ {2}nope\/guidon\.yaml:1 There is no guidon\.yaml\. \(project-missing\)$/m);
  await started.waitForLine('No flag is live yet.');
  // The log says it, too, at the level that `npm start` shows.
  expect(printed).toMatch(/"state":"rejected".+"findings":\["nope\/guidon\.yaml:1 project-missing: /);
  expect(started.lines.join('\n')).not.toMatch(/Try it|curl/);
  await started.kill('SIGTERM');
});

test('says in one sentence that the port is in use, and how to choose another', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as { port: number };
  const started = spawnNode(START, { env: { PORT: String(port) } });
  expect((await started.exited).code).toBe(1);
  expect(started.lines.join('\n')).toMatch(
    new RegExp(`^Port ${port} is in use.*PORT=${port + 1} npm start$`),
  );
  await new Promise((done) => taken.close(done));
});

test('says in one sentence that git is missing', async () => {
  const started = spawnNode(START, { env: { PATH: '/nonexistent' } });
  expect((await started.exited).code).toBe(1);
  expect(started.lines.join('\n')).toMatch(/^Guidon needs git, .* try again\.$/);
});

test('says in one sentence that Node is too old', async () => {
  const { whyNotHere } = (await import(join(ROOT, 'scripts', 'prerequisites.mjs'))) as {
    whyNotHere(machine: { nodeVersion: string; git: string }): string | undefined;
  };
  const git = 'git version 2.39.5';
  expect(whyNotHere({ nodeVersion: '18.20.1', git })).toMatch(
    /needs Node 20\.19 or newer, and this is Node 18/,
  );
  expect(whyNotHere({ nodeVersion: '20.18.0', git })).toBeDefined();
  expect(whyNotHere({ nodeVersion: '20.19.0', git })).toBeUndefined();
  expect(whyNotHere({ nodeVersion: '24.1.0', git })).toBeUndefined();
});
