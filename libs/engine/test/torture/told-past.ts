import fc from 'fast-check';
import {
  type CommitChange,
  LiveHistory,
  type LoadInput,
  type Past,
  stepsOfCommits,
} from '../../src/load/index.js';
import type { Snapshot } from '../../src/model/index.js';
import { filesOf, type Tree } from './histories.js';

/** What a load is told beside its files. It may be told less or more of the same files a moment later. */
export interface Telling {
  readonly past: 'nothing' | 'revisions' | 'texts' | 'commits';
  /** Whether versions that were live are named. */
  readonly versions: boolean;
  /** By how many revisions everybody is behind where that is protected. */
  readonly behind: number;
}

export const tellings: fc.Arbitrary<Telling> = fc.record({
  past: fc.constantFrom('nothing', 'revisions', 'texts', 'commits'),
  versions: fc.boolean(),
  behind: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 3) }),
});

/** All that happened to a store: its commits, whether or not they went live, and its revisions. */
export class Chronicle {
  private readonly history = new LiveHistory();
  private readonly versions = new Set<string>();
  private readonly texts = new Map<string, Uint8Array>();
  private readonly commits: CommitChange[] = [];
  private readonly revisions: Snapshot[] = [];
  private committed = 0;

  commit(before: Tree, after: Tree): void {
    this.committed += 1;
    const [old, now] = [before, after].map((tree) => new Map(filesOf(tree).map((file) => [file.path, file])));
    for (const path of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const [from, to] = [old?.get(path), now?.get(path)];
      for (const file of [from, to]) if (file !== undefined) this.texts.set(file.blob, file.bytes);
      if (from?.blob === to?.blob) continue;
      this.commits.push({
        ...{ commit: `c${this.committed}`, path, live: this.committed % 4 === 0 },
        ...(from === undefined ? {} : { before: from.blob }),
        ...(to === undefined ? {} : { after: to.blob }),
      });
    }
  }

  adopt(snapshot: Snapshot): void {
    const [before, revision] = [this.revisions.at(-1)?.files, `r${this.revisions.length}`];
    this.revisions.push(snapshot);
    for (const { path, blob } of snapshot.files.values()) {
      this.versions.add(`${path}:${blob}`);
      if (before?.get(path)?.blob !== blob) this.history.take([{ revision, path, blob }]);
    }
    const gone = [...(before?.keys() ?? [])].filter((path) => !snapshot.files.has(path));
    this.history.take(gone.map((path) => ({ revision, path, blob: undefined })));
  }

  tell({ past, versions, behind }: Telling): Pick<LoadInput, 'past' | 'liveBefore' | 'served'> {
    return {
      ...(past === 'nothing' ? {} : { past: this.pastWith(past) }),
      ...(versions ? { liveBefore: this.versions } : {}),
      ...(behind === 0 ? {} : { served: this.servedBehind(behind) }),
    };
  }

  private pastWith(known: Exclude<Telling['past'], 'nothing'>): Past {
    const revisions: Past = { stepsOf: (unit) => this.history.stepsOf(unit) };
    if (known === 'revisions') return revisions;
    const texts = { ...revisions, textOf: (blob: string) => this.texts.get(blob) };
    if (known === 'texts') return texts;
    const steps = stepsOfCommits(this.commits);
    return { ...texts, commitsOf: (unit) => steps.get(unit) ?? [] };
  }

  private servedBehind(behind: number): LoadInput['served'] {
    const [newest, earlier] = [this.revisions.at(-1), this.revisions.at(-1 - behind)];
    const guarded = (newest?.project.environments ?? []).filter((one) => one.protected);
    return new Map(earlier === undefined ? [] : guarded.map(({ id }) => [id, earlier.flags]));
  }
}
