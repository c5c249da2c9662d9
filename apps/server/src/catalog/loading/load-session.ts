import {
  createDocumentCache,
  type DocumentCache,
  type FileChange,
  LiveHistory,
  type LoadResult,
  load,
} from '@guidon/engine/load';
import type { Ruleset, Snapshot } from '@guidon/engine/model';
import { type ChangeOptions, resolve, resolveChange } from '@guidon/engine/resolve';
import { changedFiles, changedFlags } from './changed-content.js';
import { cutIntoSlices } from './cut-slices.js';
import {
  type BlobContent,
  type EnvironmentDelta,
  type FileChanges,
  type FileRef,
  type LoadContent,
  type LoadOrder,
  type LoadSlice,
  type LoadSummary,
} from './load-messages.js';
import { summaryOf } from './load-summary.js';
import { LoadTree } from './load-tree.js';
import { changedRuleset, type LoadedRuleset, wholeRuleset } from './loaded-ruleset.js';
import { newWaivers } from './new-waivers.js';
import { RecalledPast } from './recalled-past.js';

interface Loaded {
  readonly snapshot: Snapshot;
  /** Its commit. */
  readonly revision: string;
  readonly rulesets: ReadonlyMap<string, LoadedRuleset>;
  /** What differs from the base before it. */
  readonly files: LoadContent['files'];
}

/**
 * What lives in the loading thread between two loads: contents and parsed documents of the files, the snapshot that is
 * live (the base), and the one that waits to become it. Answers with differences, so that an edit of one flag among
 * 10,000 sends one flag back.
 */
export class LoadSession {
  private readonly cache: DocumentCache = createDocumentCache();
  private readonly liveBefore = new Set<string>();
  private readonly tree = new LoadTree();
  private history = new LiveHistory();
  private recalled = new RecalledPast();
  private adoptions = 0;
  private base: Loaded | undefined;
  private candidate: Loaded | undefined;
  private slices: readonly LoadSlice[] = [];

  open(files: readonly FileRef[], first: boolean): readonly string[] {
    if (first) this.recalled = new RecalledPast();
    return this.tree.open(files, first);
  }

  amend(changes: FileChanges): readonly string[] {
    this.recalled = new RecalledPast();
    return this.tree.amend(changes);
  }

  stage(contents: readonly BlobContent[]): void {
    this.tree.stage(contents);
  }

  remember(changes: readonly FileChange[], afresh: boolean): void {
    if (afresh) {
      this.history = new LiveHistory();
      this.liveBefore.clear();
    }
    this.history.take(changes);
    for (const { path, blob } of changes) if (blob !== undefined) this.liveBefore.add(`${path}:${blob}`);
  }

  recall(...told: Parameters<RecalledPast['take']>): void {
    this.recalled.take(...told);
  }

  run(order: LoadOrder): LoadSummary {
    this.discard();
    const files = this.tree.sources();
    const known = this.base?.snapshot;
    const judged = order.kind === 'judge' && known !== undefined;
    const result = load({
      files,
      nowMs: order.nowMs,
      cache: this.cache,
      ...(order.kind === 'judge' && order.served !== undefined ? { served: order.served } : {}),
      ...(order.kind === 'judge' && order.positions !== undefined ? { positions: order.positions } : {}),
      ...(judged
        ? { previous: known, liveBefore: this.liveBefore, past: this.recalled.before(this.history) }
        : {}),
    });
    const summary = summaryOf(result);
    if (summary.doubts.length > 0 && order.kind === 'judge' && order.insists !== true)
      return { ...summary, content: undefined };
    this.tree.forgetContents();
    return { ...summary, content: this.prepare(result, order) };
  }

  slice(index: number): LoadSlice {
    const slice = this.slices[index];
    if (slice === undefined) throw new Error(`There is no slice ${index}.`);
    return slice;
  }

  adopt(): void {
    if (this.candidate === undefined) return;
    // A branch may be set back to a commit that was a revision before, and this is another one.
    this.adoptions += 1;
    const revision = `${this.candidate.revision}/${this.adoptions}`;
    // A restore was told these changes already, and they are none any more.
    this.remember(
      [...this.candidate.files].map(([path, blob]) => ({ revision, path, blob })),
      false,
    );
    this.base = this.candidate;
    this.discard();
  }

  discard(): void {
    this.candidate = undefined;
    this.slices = [];
  }

  private prepare(result: LoadResult, order: LoadOrder): LoadContent | undefined {
    const { snapshot } = result;
    if (snapshot === undefined) return undefined;
    const rulesets = new Map<string, LoadedRuleset>();
    const deltas: EnvironmentDelta[] = [];
    const changed = new Map<string, readonly (readonly [string, Ruleset['flags'][string]])[]>();
    // What a load knows of `previous` it knows of the base only when that was `previous`.
    const touched = order.kind === 'judge' ? result.touched : undefined;
    const revision = order.kind === 'judge' ? order.commit : order.revision;
    for (const { id: environment } of snapshot.project.environments) {
      const next = this.resolveOne(snapshot, { environment, revision, touched });
      rulesets.set(environment, next.loaded);
      deltas.push(next.delta);
      changed.set(environment, next.set);
    }
    const files = changedFiles(this.base?.snapshot, snapshot, touched?.paths);
    this.candidate = { snapshot, revision, rulesets, files };
    const flags = changedFlags(this.base?.snapshot, snapshot, touched?.flags);
    this.slices = cutIntoSlices(flags.set, changed);
    return {
      whole: this.base === undefined,
      project: snapshot.project,
      segments: snapshot.segments,
      removedFlags: flags.removed,
      files,
      waivers: newWaivers(this.base?.snapshot, flags.set),
      environments: deltas,
      sliceCount: this.slices.length,
    };
  }

  private resolveOne(snapshot: Snapshot, options: ChangeOptions) {
    const { environment } = options;
    const before = this.base?.rulesets.get(environment);
    const { loaded, patch } =
      this.base === undefined || before === undefined
        ? wholeRuleset(resolve(snapshot, [], environment, options.revision))
        : changedRuleset(before, resolveChange(this.base.snapshot, snapshot, options));
    const delta: EnvironmentDelta = {
      environment,
      ...loaded,
      changed: patch !== undefined,
      removedFlags: patch?.delete ?? [],
      segments: patch?.segments ?? {},
    };
    return { loaded, delta, set: Object.entries(patch?.set ?? {}) };
  }
}
