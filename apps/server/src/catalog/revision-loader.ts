import type { BlobContent, FileRef, LoadOrder, LoadRunner, LoadSummary } from './loading/load-messages.js';
import type { NewestContent } from './newest-content.js';
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
}

export interface LoadOutcome {
  readonly summary: LoadSummary;
  /** Absent when nothing could be used. */
  readonly received: ReceivedContent | undefined;
}

/** Feeds the loading thread in portions and takes its answer in portions, so that the serving thread is never held up. */
export class RevisionLoader {
  constructor(
    private readonly runner: LoadRunner,
    /** What the runner has as its base, as it is known here. */
    private readonly base: Pick<NewestContent, 'snapshot' | 'ruleset'>,
  ) {}

  /** Counts up when the thread was lost; then what it knew must be restored before the next commit is judged. */
  epoch(): number {
    return this.runner.epoch();
  }

  remember(versions: readonly string[]): Promise<void> {
    return this.runner.remember(versions);
  }

  async load(job: LoadJob): Promise<LoadOutcome> {
    if (job.refusedTree !== undefined) return { summary: rejectTree(job.refusedTree), received: undefined };
    await this.feed(job);
    const summary = await this.runner.run(job.order);
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

  private async feed({ files, contents }: LoadJob): Promise<void> {
    const byBlob = new Map(files.map((file) => [file.blob, file]));
    const missing: FileRef[] = [];
    let first = true;
    for (const portion of inPortions(files, FILES_AT_ONCE)) {
      for (const blob of await this.runner.open(portion, first)) missing.push(byBlob.get(blob) as FileRef);
      first = false;
      await breathe();
    }
    if (first) await this.runner.open([], true);
    for (const portion of inPortions(missing, READ_AT_ONCE)) {
      for (const some of inPortions(await contents(portion), CONTENTS_AT_ONCE)) {
        await this.runner.stage(some);
        await breathe();
      }
    }
  }
}
