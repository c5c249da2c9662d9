import { readdirSync, readFileSync, statSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGitRemote, type GitRemote } from '@guidon/testkit';
import { runCli } from '../src/run-cli.js';
import { createIo } from './create-io.js';

/**
 * Stores of flags that are wrong on purpose, each finding at least once. A store is a flags folder, or a history of
 * them in folders `1`, `2`, …, of which the last is judged against the one before. The file that is named after a code
 * shows it.
 */
export const BAD_STORES = [
  'flags',
  'project',
  'warnings',
  'missing-project',
  'changes',
  'loosened-plan',
] as const;
export type BadStore = (typeof BAD_STORES)[number] | 'odd-files';

const ROOT = fileURLToPath(new URL('./bad-stores', import.meta.url));
export type Tree = { readonly [path: string]: Uint8Array };

/** The states of a store, oldest first. */
export function statesOf(store: Exclude<BadStore, 'odd-files'>): readonly Tree[] {
  const root = join(ROOT, store);
  const steps = readdirSync(root).filter((name) => /^\d+$/.test(name));
  return steps.length === 0 ? [readTree(root)] : steps.sort().map((step) => readTree(join(root, step)));
}

function readTree(root: string): Tree {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'));
  return Object.fromEntries(paths.map((path) => [path, new Uint8Array(readFileSync(join(root, path)))]));
}

/** A real repository with the states of the store as commits, in `flags/`. */
export async function createBadRemote(store: BadStore): Promise<GitRemote> {
  const remote = await createGitRemote();
  for (const tree of store === 'odd-files' ? [sound()] : statesOf(store)) await publishTree(remote, tree);
  if (store === 'odd-files') await addOddFiles(remote);
  return remote;
}

export async function publishTree(remote: GitRemote, tree: Tree): Promise<string> {
  const { person } = remote;
  await person.write('flags/.keep', '');
  await person.remove('flags');
  for (const [path, bytes] of Object.entries(tree)) await person.write(`flags/${path}`, bytes);
  const commit = await person.commit('The next state');
  await person.push();
  return commit;
}

/** What Git can hold and no file in this repository may be. */
async function addOddFiles({ person }: GitRemote): Promise<void> {
  await symlink('checkout.yaml', join(person.folder, 'flags/not-a-regular-file.yaml'));
  await person.write('flags/unsafe\\path.yaml', 'type: release\n');
  await person.write('flags/file-too-large.yaml', `# ${'x'.repeat(1_048_576)}\n`);
  await person.commit('Odd files');
  await person.push();
}

function sound(): Tree {
  const [before] = statesOf('loosened-plan');
  return before as Tree;
}

export interface LintRun {
  readonly code: number;
  readonly out: string;
}

/** `guidon lint` in a checkout of the store. */
export async function lintBadStore(
  store: BadStore,
  remote: GitRemote,
  ...args: readonly string[]
): Promise<LintRun> {
  const isHistory = store !== 'odd-files' && statesOf(store).length > 1;
  const base = isHistory ? ['--base', 'HEAD~1'] : ['--no-base'];
  const io = createIo(['lint', 'flags', ...base, ...args], {
    cwd: remote.person.folder,
    env: { GUIDON_DOCS_URL: 'https://git.acme.example/guidon/docs' },
  });
  const code = await runCli(io);
  return { code, out: io.written.out + io.written.err };
}
