import type { TreeDifference } from '@guidon/engine/load';
import { FedFiles } from './fed-files.js';
import type { BlobContent, FileRef, LoadOrder, LoadRunner, LoadSummary } from './loading/load-messages.js';
import type { NewestContent } from './newest-content.js';
import { PastSearch, type PastSource } from './past-search.js';
import { breathe, inPortions } from './portions.js';
import { type ReceivedContent, receiveContent } from './receive-content.js';
import { type RefusedTree, rejectTree } from './refused-tree.js';

/** What is sent to the loading thread in one message. */
const FILES_AT_ONCE = 1000;
const CONTENTS_AT_ONCE = 250;
/** What is asked for at once where contents come from: each question may start a process. */
const READ_AT_ONCE = 2000;

export interface LoadJob {
  readonly files: readonly FileRef[];
  readonly order: LoadOrder;
  readonly refusedTree?: RefusedTree | undefined;
  /** For a restore: which paths were refused in a newer version; a judgement finds them itself. */
  readonly frozen?: readonly string[];
  /** Contents by blob, asked for in portions and only for what the thread has not seen. */
  contents(refs: readonly FileRef[]): Promise<readonly BlobContent[]>;
  /** For a judgement. */
  readonly past?: PastSource;
}

export interface LoadOutcome {
  readonly summary: LoadSummary;
  /** Absent when nothing could be used. */
  readonly received: ReceivedContent | undefined;
}

/** Feeds the loading thread in portions and takes its answer in portions, so that the serving thread is never held up. */
export class RevisionLoader {
  private readonly fed = new FedFiles();

  constructor(
    private readonly runner: LoadRunner,
    /** What the runner has as its base, as it is known here. */
    private readonly base: Pick<NewestContent, 'snapshot' | 'ruleset'>,
  ) {}

  /** Counts up when the thread was lost; then what it knew must be restored before the next commit is judged. */
  epoch(): number {
    return this.runner.epoch();
  }

  remember(...told: Parameters<LoadRunner['remember']>): Promise<void> {
    return this.runner.remember(...told);
  }

  async load(job: LoadJob): Promise<LoadOutcome> {
    if (job.refusedTree !== undefined) return { summary: rejectTree(job.refusedTree), received: undefined };
    await this.feed(job);
    const summary = await this.judge(job);
    const { content } = summary;
    if (content === undefined) return { summary, received: undefined };
    const received = await receiveContent({
      runner: this.runner,
      content,
      frozen: job.frozen ?? summary.frozen,
      base: {
        snapshot: this.base.snapshot(),
        ruleset: (environment) => this.base.ruleset(environment),
      },
      breathe,
    });
    return { summary, received };
  }

  adopt(): Promise<void> {
    return this.runner.adopt();
  }

  discard(): Promise<void> {
    return this.runner.discard();
  }

  /**
   * Once in most cases. Where something jumps or goes, once more with what single commits did and earlier versions say,
   * which show whether it is a way back; what turns up then may need others.
   */
  private async judge({ order, past }: LoadJob): Promise<LoadSummary> {
    const first = await this.runner.run(order);
    if (order.kind !== 'judge' || first.doubts.length === 0) return first;
    const search = new PastSearch(past);
    let summary = first;
    do {
      for await (const [commits, contents] of search.find(summary))
        await this.runner.recall(commits, contents);
      summary = await this.runner.run({ ...order, insists: true });
    } while (search.isNews(summary));
    return summary;
  }

  /** What the thread has of the tree before is not sent again. */
  private async feed({ files, contents }: LoadJob): Promise<void> {
    const epoch = this.runner.epoch();
    const changes = this.fed.changesTo(files, epoch);
    this.fed.forget();
    const missing = changes === undefined ? await this.open(files) : await this.amend(changes);
    let staged = 0;
    for (const portion of inPortions(missing, READ_AT_ONCE)) {
      for (const some of inPortions(await contents(portion), CONTENTS_AT_ONCE)) {
        await this.runner.stage(some);
        staged += some.length;
        await breathe();
      }
    }
    // A path that occurs twice is a finding, which a difference by path could not tell.
    const isPlain = changes !== undefined || new Set(files.map(({ path }) => path)).size === files.length;
    if (isPlain && staged >= missing.length) this.fed.remember(files, epoch);
  }

  private async amend({ differing, gone }: TreeDifference<FileRef>): Promise<FileRef[]> {
    return refsOf(differing, await this.runner.amend({ set: differing, gone: [...gone] }));
  }

  private async open(files: readonly FileRef[]): Promise<FileRef[]> {
    const missing: string[] = [];
    let first = true;
    for (const portion of inPortions(files, FILES_AT_ONCE)) {
      missing.push(...(await this.runner.open(portion, first)));
      first = false;
      await breathe();
    }
    if (first) await this.runner.open([], true);
    return refsOf(files, missing);
  }
}

function refsOf(files: readonly FileRef[], blobs: readonly string[]): FileRef[] {
  const byBlob = new Map(blobs.length === 0 ? [] : files.map((file) => [file.blob, file]));
  return blobs.map((blob) => byBlob.get(blob) as FileRef);
}
