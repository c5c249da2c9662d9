import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LOG_OPTIONS, onlyCommit } from './commit-info.js';
import { readChangedPaths, readFolderChanges } from './folder-changes.js';
import { homeConfig } from './git-config.js';
import { gitEnvironment } from './git-environment.js';
import { GitError } from './git-error.js';
import { type GitSource, parseSource, whyBranchRefused } from './git-url.js';
import { ancestryOf, keepJudged } from './history.js';
import type { Ancestry, CommitInfo, Mirror, MirrorOptions, TreeEntry } from './mirror-types.js';
import { readProvenance } from './provenance.js';
import { readBlobs } from './read-blobs.js';
import { makeRepository, readCredentials, secretsOf, writeConfig } from './repository.js';
import { type GitRunner, runLocal, runRemote } from './run-git.js';
import { parseTree } from './tree.js';

const TIMEOUT_MS = 60_000;
const HEAD_REF = 'refs/guidon/head';
const COMMIT_ID = /^[0-9a-f]{40,64}$/;

/**
 * Opens (or makes) our own bare repository that follows one branch of a source. Nothing is fetched yet, and a source
 * that is away is no error here. Throws `GitError` of kind `refused` for a URL or branch that is not allowed.
 */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const source = parseSource(options.url);
  const why = options.branch === undefined ? undefined : whyBranchRefused(options.branch);
  if (why !== undefined) throw new GitError('refused', `The branch name ${why}.`);
  const mirror = new BareMirror(source, { ...options, directory: resolve(options.directory) });
  await mirror.prepare();
  return mirror;
}

class BareMirror implements Mirror {
  readonly source: string;
  private readonly repository: string;
  private readonly environment: Record<string, string>;
  private followed: string | undefined;
  private secrets: readonly string[] = [];

  constructor(
    private readonly origin: GitSource,
    private readonly options: MirrorOptions,
  ) {
    this.source = origin.display;
    this.followed = options.branch;
    this.repository = join(options.directory, 'repository.git');
    this.environment = gitEnvironment(join(options.directory, 'home'), options.inherited ?? process.env);
  }

  branch(): string {
    return this.followed ?? 'HEAD';
  }

  async prepare(): Promise<void> {
    const home = join(this.options.directory, 'home');
    await mkdir(home, { recursive: true, mode: 0o700 });
    await writeFile(join(home, '.gitconfig'), homeConfig(this.origin), { mode: 0o600 });
    await this.make(this.repository);
  }

  async fetchHead(): Promise<string> {
    await this.configure(this.repository);
    // Side by side: neither needs the other's answer. What fails in both is told by the first.
    const [fetched, named] = await Promise.allSettled([this.fetchOrRebuild(), this.findBranch()]);
    if (fetched.status === 'rejected') throw fetched.reason;
    if (named.status === 'rejected') throw named.reason;
    return (await this.readLooseHead()) ?? (await this.parseHead());
  }

  private fetchOrRebuild(): Promise<void> {
    return this.fetchInto(this.repository).catch((error: unknown) => {
      if (!(error instanceof GitError) || error.kind !== 'corrupt') throw error;
      return this.rebuild();
    });
  }

  /** The reference as git has just written it. Starting one more git for it at every poll would cost more than reading it. */
  private async readLooseHead(): Promise<string | undefined> {
    const text = await readFile(join(this.repository, HEAD_REF), 'utf8').catch(() => '');
    return COMMIT_ID.test(text.trim()) ? text.trim() : undefined;
  }

  /** Git may have packed the reference away. */
  private async parseHead(): Promise<string> {
    const commit = (await runLocal(this.runner(), ['rev-parse', '--verify', `${HEAD_REF}^{commit}`])).trim();
    if (!COMMIT_ID.test(commit)) throw new GitError('corrupt', 'The fetched branch names no commit.');
    return commit;
  }

  async readTree(commit: string, folder: string): Promise<readonly TreeEntry[]> {
    const clean = folder.replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');
    const operands = clean === '' ? [] : [`${clean}/`];
    // Without -z git writes names in ASCII, with what is no printable ASCII escaped, so that no byte is lost.
    const args = ['ls-tree', '-r', '-l', '--full-tree', checkedCommit(commit), '--', ...operands];
    return parseTree(await runLocal(this.runner(), args), clean);
  }

  readBlobs(ids: Iterable<string>): Promise<Map<string, Buffer>> {
    return readBlobs(this.runner(), [...new Set(ids)].map(checkedCommit));
  }

  async commitInfo(commit: string): Promise<CommitInfo> {
    const args = ['log', '-1', '-z', ...LOG_OPTIONS, checkedCommit(commit), '--'];
    return onlyCommit(await runLocal(this.runner(), args));
  }

  async follow(commit: string, judged: string | undefined): Promise<Ancestry> {
    const known = judged === undefined ? undefined : checkedCommit(judged);
    const runner = this.runner();
    const ancestry =
      known === undefined ? 'continues' : await ancestryOf(runner, checkedCommit(commit), known);
    await keepJudged(runner, checkedCommit(commit), ancestry === 'continues' ? undefined : known);
    return ancestry;
  }

  readonly provenance: Mirror['provenance'] = (range) =>
    readProvenance(this.runner(), { ...range, workDirectory: this.options.directory });

  readonly changedPaths: Mirror['changedPaths'] = (commit, folder) =>
    readChangedPaths(this.runner(), commit, folder);

  readonly folderChanges: Mirror['folderChanges'] = (wanted) => readFolderChanges(this.runner(), wanted);

  private async make(directory: string): Promise<void> {
    await makeRepository(directory);
    await this.configure(directory);
  }

  private async configure(directory: string): Promise<void> {
    const credentials = await readCredentials(this.options);
    this.secrets = secretsOf(credentials);
    await writeConfig(directory, this.origin, credentials);
  }

  private runner(directory = this.repository): GitRunner {
    return {
      directory,
      environment: this.environment,
      timeoutMs: this.options.timeoutMs ?? TIMEOUT_MS,
      secrets: this.secrets,
    };
  }

  private async fetchInto(directory: string): Promise<void> {
    const from = this.options.branch === undefined ? 'HEAD' : `refs/heads/${this.options.branch}`;
    await runRemote(this.runner(directory), [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--update-shallow',
      '--',
      this.origin.url,
      `+${from}:${HEAD_REF}`,
    ]);
  }

  /** Only for display, and each time, as HEAD may move to another branch; a detached one has no name. */
  private async findBranch(): Promise<void> {
    if (this.options.branch !== undefined) return;
    const output = await runRemote(this.runner(), ['ls-remote', '--symref', '--', this.origin.url, 'HEAD']);
    this.followed = /^ref: refs\/heads\/([^\s\p{C}]+)\tHEAD$/mu.exec(output)?.[1];
  }

  /** Damaged objects: fetches everything anew beside the old repository and swaps only when that worked. */
  private async rebuild(): Promise<void> {
    const beside = join(this.options.directory, 'rebuilt.git');
    await rm(beside, { recursive: true, force: true });
    await this.make(beside);
    await this.fetchInto(beside);
    const old = join(this.options.directory, 'damaged.git');
    await rm(old, { recursive: true, force: true });
    await rename(this.repository, old);
    await rename(beside, this.repository);
    await rm(old, { recursive: true, force: true });
  }
}

function checkedCommit(id: string): string {
  if (!COMMIT_ID.test(id)) throw new GitError('refused', 'An object id must be 40 to 64 hexadecimal digits.');
  return id;
}
