/** Which flag files a commit changed: Git's word where the mirror knows the commit, else what the revision changed here. */
export interface CommitChanges {
  /** Paths below the flags folder; `undefined` when this source does not know the commit. */
  changedPaths(commit: string): Promise<readonly string[] | undefined>;
}

/**
 * Sync knows Git and the red button asks about commits, but features of one rank never import each other. So the
 * question goes through the catalog, which answers from its own revisions when no source can.
 */
export class CommitLookup implements CommitChanges {
  readonly #sources = new Set<CommitChanges>();

  constructor(private readonly fallback: CommitChanges) {}

  offer(source: CommitChanges): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  async changedPaths(commit: string): Promise<readonly string[] | undefined> {
    for (const source of this.#sources) {
      const paths = await source.changedPaths(commit).catch(() => undefined);
      if (paths !== undefined) return paths;
    }
    return this.fallback.changedPaths(commit);
  }
}
