// The Git repository of the demo: a bare one that the server follows, and a clone in which people commit.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const ENVIRONMENT = 'shop';
export const CHECKOUT = 'new-checkout';
export const SEARCH = 'new-search';

/**
 * Not protected, since there the loader would refuse holds of seconds. Applications report every ten seconds and the server
 * looks every five, so 1 % is held for one report that says that they have it, and one of what they did with it. A latency
 * guard would want a hundred calls there, for which nobody watches long enough.
 */
export const PROJECT = `project: demo-shop
timezone: UTC
environments:
  - id: ${ENVIRONMENT}
attributes: { email: string }
teams:
  shop: { members: [ada@demo.example, bo@demo.example] }
plans:
  quick:
    stages:
      - { id: staff, audience: { email: { endsWith: "@demo.example" } }, hold: 4s }
      - { id: canary, percent: 1, hold: 14s }
      - { id: quarter, percent: 25, hold: 4s }
      - { id: full, percent: 100, hold: 4s }
    guards:
      - { id: errors, type: ratio, outcome: http.error, onAlarm: rollback }
    holdout: 1
`;

const DAYS = 60;
const expires = new Date(Date.now() + DAYS * 86_400_000).toISOString().slice(0, 10);

const flag = (description) => `type: release
owner: shop
description: ${description}
expires: ${expires}
safe: off
environments:
  ${ENVIRONMENT}:
    rollout: { to: on, plan: quick }
    serve: off
`;

const TEST = `cases:
  - name: serves nobody before the rollout begins
    context: { targetingKey: u-1, email: ada@demo.example }
    expect: { ${ENVIRONMENT}: off }

  - name: lets staff in first
    context: { targetingKey: u-1, email: ada@demo.example }
    stage: staff
    expect: { ${ENVIRONMENT}: on }

  - name: is for everybody in the end
    stage: done
    expect: { ${ENVIRONMENT}: on }
`;

const change = (key, { description, message }) => ({
  message,
  files: { [`flags/${key}.yaml`]: flag(description), [`flags/${key}.test.yaml`]: TEST },
});

/** What the demo merges, in this order. */
export const CHANGES = {
  [CHECKOUT]: change(CHECKOUT, { description: 'One-page checkout', message: 'Roll out the new checkout' }),
  [SEARCH]: change(SEARCH, { description: 'Search by meaning', message: 'Roll out the new search' }),
};

export async function createStore(folder) {
  const remote = join(folder, 'shop.git');
  const clone = join(folder, 'clone');
  await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  await git(folder, 'init', '--quiet', '--initial-branch=main', clone);
  await git(clone, 'remote', 'add', 'origin', remote);
  const store = {
    url: pathToFileURL(remote).href,
    /** Commits files and pushes them; returns the commit. */
    async merge({ files, message }) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(clone, path)), { recursive: true });
        await writeFile(join(clone, path), text);
      }
      await git(clone, 'add', '--all');
      await git(clone, 'commit', '--quiet', '--no-verify', `--message=${message}`);
      await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
      return git(clone, 'rev-parse', '--short=10', 'HEAD');
    },
    /** The branch that the server offers about a flag, if it is there, with what it changes. */
    async proposal(flag) {
      const names = await git(remote, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/guidon');
      const branch = names.split('\n').find((name) => name.includes(flag));
      if (branch === undefined) return undefined;
      const diff = await git(remote, 'diff', '--unified=1', `main...${branch}`);
      return { branch, lines: diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line)) };
    },
  };
  await store.merge({ files: { 'flags/guidon.yaml': PROJECT }, message: 'Begin' });
  return store;
}

async function git(cwd, ...args) {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@demo.example', '-c', 'commit.gpgSign=false'];
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  // npm and hooks may be running inside of another repository's command.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete env[name];
  const { stdout } = await run('git', [...identity, ...args], { cwd, env, timeout: 30_000 });
  return stdout.trim();
}
