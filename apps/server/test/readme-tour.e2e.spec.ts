import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runGit, type SpawnedNode, spawnNode, temporaryFolder } from '@guidon/testkit';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { BuiltServer } from './built-server.js';

jest.setTimeout(120_000);

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The numbered steps of the tour, as the README has them. */
const STEPS =
  (README.split('## Two minutes\n')[1] ?? '')
    .split('\n## ')[0]
    ?.split(/^\d\. /m)
    .slice(1) ?? [];

function step(number: number) {
  const text = STEPS[number - 1] ?? '';
  const fenced = (kind: string) =>
    [...text.matchAll(new RegExp(`^ *\`\`\`${kind}\n([^]*?)^ *\`\`\`$`, 'gm'))].flatMap(([, block = '']) =>
      block
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    );
  const [, to = '', from = ''] =
    /say\s+`(\w+: \w+)`\s+instead\s+of\s+`(\w+: \w+)`/.exec(text.replaceAll(/\s+/g, ' ')) ?? [];
  return { text, commands: fenced('sh'), output: fenced('text'), to, from };
}

/** What the application prints, without the time of day. */
function withoutTime(line: string | undefined): string {
  expect(line).toMatch(/^\d\d:\d\d:\d\d {2}/);
  return String(line).slice(10);
}

let checkout: string;
let server: BuiltServer;
let application: SpawnedNode;
let reviveLine: string;

/** A checkout of its own, so that the tour's commits are nobody's; what is built and installed is shared. */
beforeAll(async () => {
  checkout = await temporaryFolder('guidon-tour');
  for (const name of ['flags', 'examples', 'package.json'])
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  writeFileSync(join(checkout, '.gitignore'), 'node_modules\n');
  await runGit(checkout, ['init', '--quiet', '--initial-branch=main']);
  await runGit(checkout, ['add', '--all']);
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example'];
  await runGit(checkout, [...identity, 'commit', '--quiet', '--message=Begin']);
  server = await BuiltServer.prepare({ gitUrl: pathToFileURL(checkout).href, pollSeconds: 1 });
  await server.start();
});

/** Types a line of the README into a shell of its own; git knows nobody there, as on a new machine. */
function type(line: string): Promise<{ code: number; text: string }> {
  const [, hint = ''] = /`(git -c user\.name=\S+ -c user\.email=\S+) commit`/.exec(README) ?? [];
  expect(hint).not.toBe('');
  const typed = /^git (commit|revert)/.test(line) ? line.replace(/^git/, hint) : line;
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    npm_config_cache: join(checkout, '.git', 'npm-cache'),
    GIT_CONFIG_NOSYSTEM: '1',
    GUIDON_URL: server.url,
    GUIDON_KEY: server.keys.admin,
  };
  return new Promise((resolve) => {
    execFile('sh', ['-c', typed], { cwd: checkout, env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({
        code: error === null ? 0 : ((error.code as number | undefined) ?? 1),
        text: stdout + stderr,
      }),
    );
  });
}

function edit({ from, to }: { from: string; to: string }): void {
  const path = join(checkout, 'flags', 'platform', 'maintenance-notice.yaml');
  const text = readFileSync(path, 'utf8');
  expect(from).not.toBe('');
  expect(text).toContain(` ${from}`);
  writeFileSync(path, text.replace(` ${from}`, ` ${to}`));
}

test('shows the flag as it stands in the sample (step 2)', async () => {
  const { commands, output } = step(2);
  expect(commands).toEqual(['GUIDON_KEY=gdn_server_… node examples/watch-flag.mjs maintenance-notice']);
  application = spawnNode(join(checkout, 'examples', 'watch-flag.mjs'), {
    args: ['maintenance-notice'],
    cwd: checkout,
    env: { GUIDON_KEY: server.keys.server, GUIDON_URL: server.url },
  });
  const line = await application.waitForLine('maintenance-notice =');
  expect(withoutTime(line)).toBe(withoutTime(output[0]));
});

test('shows the edit after its commit (step 3)', async () => {
  const { commands, output, ...change } = step(3);
  edit(change);
  expect(commands).toHaveLength(1);
  expect(await type(commands[0] as string)).toMatchObject({ code: 0 });
  await application.waitForLine(withoutTime(output[0]), 20_000);
});

test('shows the safe value after the press, and the printed line revives it (step 4)', async () => {
  const { commands, output, text } = step(4);
  expect(commands[0]).toBe('export GUIDON_KEY=gdn_admin_…');
  const pressed = await type(commands[1] as string);
  expect(pressed.code).toBe(0);
  await application.waitForLine(withoutTime(output[0]));
  expect(text).toContain('`npx --no-install guidon status`');
  const kill = /[0-9A-HJKMNP-TV-Z]{26}/.exec(pressed.text)?.[0];
  expect((await type('npx --no-install guidon status')).text).toContain(String(kill));
  const before = application.lines.length;
  reviveLine = /^To switch it on again: (.+)$/m.exec(pressed.text)?.[1] ?? '';
  expect(await type(reviveLine)).toMatchObject({ code: 0 });
  await application.waitForLine(() => /"We are back at six"/.test(application.lines.slice(before).join()));
});

test('tells file, line and remedy of the broken file, before the commit and after it (step 5)', async () => {
  const { commands, ...change } = step(5);
  const [lint, status, revert] = commands as [string, string, string];
  edit(change);
  const place = /platform\/maintenance-notice\.yaml:\d+:\d+/;
  const linted = await type(lint);
  expect(linted.code).toBe(1);
  expect(linted.text).toMatch(place);
  expect(await type(step(3).commands[0] as string)).toMatchObject({ code: 0 });
  await server.sync();
  const shown = await type(status);
  expect(shown.text).toMatch(/Frozen +platform\/maintenance-notice\.yaml/);
  expect(shown.text).toMatch(place);
  expect(shown.text).toMatch(/^ {4}fix: .+$/m);
  expect(await server.evaluate('maintenance-notice')).toMatchObject({ value: 'We are back at six' });
  expect(await type(revert)).toMatchObject({ code: 0 });
  expect((await server.sync()).state).toBe('accepted');
});

test('ends the example with a sentence when the key is not the right one', async () => {
  for (const [key, sentence] of [
    [server.keys.admin, /is an admin key/],
    [
      server.keys.server.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      /GUIDON_KEY must be the server key/,
    ],
  ] as const) {
    const wrong = spawnNode(join(checkout, 'examples', 'watch-flag.mjs'), {
      cwd: checkout,
      env: { GUIDON_KEY: key, GUIDON_URL: server.url },
    });
    expect((await wrong.exited).code).toBe(1);
    expect(wrong.lines.join('\n')).toMatch(sentence);
  }
});
