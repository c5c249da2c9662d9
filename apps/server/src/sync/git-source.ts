import { join } from 'node:path';
import type { CommitChange } from '@guidon/engine/load';
import { LIMITS } from '@guidon/engine/model';
import { type FolderChange, type Mirror, type MirrorOptions, openMirror, type TreeEntry } from '@guidon/git';
import type { RefusedTree, RevisionSource } from '../catalog/index.js';
import type { Config } from '../kernel/config/index.js';

/** What was judged before a commit. */
export interface RevisionBase {
  /** 0 before the first revision. */
  readonly revisionId: number;
  /** Absent before the first revision. */
  readonly commit: string | undefined;
}

/** The tracked branch, as sync asks for it. */
export interface GitSource {
  /** Fit for answers. */
  readonly name: string;
  branch(): string;
  /** Newest commit id. Throws `GitError`. */
  fetchHead(): Promise<string>;
  /** A commit to be judged on top of a revision, and whether it continues that revision's commit. */
  readRevision(commit: string, base: RevisionBase): Promise<RevisionSource>;
  changedPaths(commit: string): Promise<readonly string[] | undefined>;
  /** Who made the commits of a range, with verified signatures. */
  readonly provenance: Mirror['provenance'];
}

export function openGitSource(config: Pick<Config, 'dataDir' | 'git'>): Promise<GitSource> {
  return openMirror(mirrorOptions(config)).then((mirror) => new MirrorSource(mirror, config.git.path));
}

function mirrorOptions({ dataDir, git }: Pick<Config, 'dataDir' | 'git'>): MirrorOptions {
  const { url, branch, tokenFile, sshKeyFile, knownHostsFile, caFile } = git;
  return {
    url,
    directory: join(dataDir, 'mirror'),
    ...(branch === undefined ? {} : { branch }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(sshKeyFile === undefined ? {} : { sshKeyFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

class MirrorSource implements GitSource {
  readonly name: string;
  private readonly folder: string;

  constructor(
    private readonly mirror: Mirror,
    folder: string,
  ) {
    this.name = mirror.source;
    this.folder = folder.replace(/^(\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
  }

  branch(): string {
    return this.mirror.branch();
  }

  readonly provenance: Mirror['provenance'] = (range) => this.mirror.provenance(range);

  fetchHead(): Promise<string> {
    return this.mirror.fetchHead();
  }

  changedPaths(commit: string): Promise<readonly string[] | undefined> {
    return this.mirror.changedPaths(commit, this.folder);
  }

  async readRevision(commit: string, base: RevisionBase): Promise<RevisionSource> {
    // Three questions that do not need each other's answers, each a git of its own.
    const [info, ancestry, entries] = await Promise.all([
      this.mirror.commitInfo(commit),
      this.mirror.follow(commit, base.commit),
      this.mirror.readTree(commit, this.folder),
    ]);
    const refusedTree = whyTreeRefused(entries);
    const oversized = new Set(entries.filter(({ size }) => size > LIMITS.fileBytes).map(({ blob }) => blob));
    const contents = new ContentCache(this.mirror, oversized);
    return {
      commit,
      baseRevisionId: base.revisionId,
      // Where a shallow source ends, nothing proves that the branch goes on from there.
      rewrites: ancestry !== 'continues',
      author: `${info.author.name} <${info.author.email}>`,
      subject: info.subject,
      committedAtMs: info.timeMs,
      ...(refusedTree === undefined ? {} : { refusedTree }),
      files: (refusedTree === undefined ? entries : []).map(({ path, blob, entry }: TreeEntry) => ({
        path,
        blob,
        entry,
      })),
      commits: (baseline) => this.commitsUpTo(commit, baseline),
      contents: (blobs) => contents.read(blobs),
    };
  }

  /** What was on the branch when the store began counts as having been live; of what came later the store knows that. */
  private async commitsUpTo(commit: string, baseline: string | undefined): Promise<CommitChange[]> {
    const { folder } = this;
    const [all, before] = await Promise.all([
      this.mirror.folderChanges({ upTo: commit, folder, firstParent: false }),
      baseline === undefined ? [] : this.mirror.folderChanges({ upTo: baseline, folder, firstParent: true }),
    ]);
    const mark = (live: boolean) => (change: FolderChange) => ({ ...change, live });
    return [...before.map(mark(true)), ...all.map(mark(false))];
  }
}

/** More than any project may have flags, segments and tests; refused before their contents are read. */
const MOST_FILES = 60_000;

function whyTreeRefused({ length }: readonly TreeEntry[]): RefusedTree | undefined {
  if (length <= MOST_FILES) return undefined;
  const [found, most] = [length, MOST_FILES].map((count) => count.toLocaleString('en'));
  return {
    code: 'too-many-files',
    sentence: `The flags folder holds ${found} files, and at most ${most} are read, so nothing of this commit is used.`,
  };
}

/** Kept of one revision between judging and storing it. */
const MOST_CACHED_BYTES = 64 * 1024 * 1024;

/** Starting git blocks the process for a moment, so what was read once for judging is not read again for storing. */
class ContentCache {
  private readonly cached = new Map<string, Uint8Array>();
  private bytes = 0;

  constructor(
    private readonly mirror: Pick<Mirror, 'readBlobs'>,
    private readonly oversized: ReadonlySet<string>,
  ) {}

  async read(blobs: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const missing = blobs.filter((blob) => !this.cached.has(blob) && !this.oversized.has(blob));
    const read = await this.mirror.readBlobs(missing);
    const answer = new Map<string, Uint8Array>();
    for (const blob of blobs) {
      const content = this.oversized.has(blob) ? tooBig() : (read.get(blob) ?? this.cached.get(blob));
      if (content !== undefined) answer.set(blob, content);
    }
    for (const [blob, content] of read) this.keep(blob, content);
    return answer;
  }

  private keep(blob: string, content: Uint8Array): void {
    if (this.cached.has(blob) || this.bytes + content.byteLength > MOST_CACHED_BYTES) return;
    this.cached.set(blob, content);
    this.bytes += content.byteLength;
  }
}

/** Stands in for a file beyond the limit, which is never read: the loader refuses it by its size before it looks inside. */
function tooBig(): Uint8Array {
  return new Uint8Array(LIMITS.fileBytes + 1);
}
