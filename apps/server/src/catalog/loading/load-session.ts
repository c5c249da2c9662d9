import { diffRulesets } from '@guidon/engine/compile';
import {
  createDocumentCache,
  type DocumentCache,
  type FileChange,
  LiveHistory,
  type LoadResult,
  load,
} from '@guidon/engine/load';
import type { Ruleset, Snapshot, SourceFile } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import { changedFiles, changedFlags } from './changed-content.js';
import { cutIntoSlices } from './cut-slices.js';
import {
  type BlobContent,
  type EnvironmentDelta,
  type FileRef,
  type LoadContent,
  type LoadOrder,
  type LoadSlice,
  type LoadSummary,
} from './load-messages.js';
import { summaryOf } from './load-summary.js';
import { type LoadedRuleset, loadedFrom, wholePatch } from './loaded-ruleset.js';
import { newWaivers } from './new-waivers.js';
import { RecalledPast } from './recalled-past.js';

interface Loaded {
  readonly snapshot: Snapshot;
  /** Its commit. */
  readonly revision: string;
  readonly rulesets: ReadonlyMap<string, LoadedRuleset>;
}

/**
 * What lives in the loading thread between two loads: contents and parsed documents of the files, the snapshot that is
 * live (the base), and the one that waits to become it. Answers with differences, so that an edit of one flag among
 * 10,000 sends one flag back.
 */
export class LoadSession {
  private readonly cache: DocumentCache = createDocumentCache();
  private readonly liveBefore = new Set<string>();
  private history = new LiveHistory();
  private recalled = new RecalledPast();
  private adoptions = 0;
  private contents = new Map<string, Uint8Array>();
  private files: FileRef[] = [];
  private base: Loaded | undefined;
  private candidate: Loaded | undefined;
  private slices: readonly LoadSlice[] = [];

  open(files: readonly FileRef[], first: boolean): readonly string[] {
    if (first) {
      this.files = [];
      this.recalled = new RecalledPast();
    }
    this.files.push(...files);
    return files
      .filter(({ entry, blob }) => hasContent(entry) && !this.contents.has(blob))
      .map((file) => file.blob);
  }

  stage(contents: readonly BlobContent[]): void {
    for (const [blob, bytes] of contents) this.contents.set(blob, bytes);
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
    const files = this.files.map((file) => this.sourceFile(file));
    const known = this.base?.snapshot;
    const judged = order.kind === 'judge' && known !== undefined;
    const result = load({
      files,
      nowMs: order.nowMs,
      cache: this.cache,
      ...(order.kind === 'judge' && order.served !== undefined ? { served: order.served } : {}),
      ...(judged
        ? { previous: known, liveBefore: this.liveBefore, past: this.recalled.before(this.history) }
        : {}),
    });
    const summary = summaryOf(result);
    if (summary.doubts.length > 0 && order.kind === 'judge' && order.insists !== true)
      return { ...summary, content: undefined };
    this.forgetContents();
    return { ...summary, content: this.prepare(result, order) };
  }

  slice(index: number): LoadSlice {
    const slice = this.slices[index];
    if (slice === undefined) throw new Error(`There is no slice ${index}.`);
    return slice;
  }

  adopt(): void {
    if (this.candidate === undefined) return;
    const { snapshot } = this.candidate;
    // A branch may be set back to a commit that was a revision before, and this is another one.
    this.adoptions += 1;
    const revision = `${this.candidate.revision}/${this.adoptions}`;
    // A restore was told these changes already, and they are none any more.
    const changes = [...changedFiles(this.base?.snapshot, snapshot)];
    this.remember(
      changes.map(([path, blob]) => ({ revision, path, blob })),
      false,
    );
    this.base = this.candidate;
    this.discard();
  }

  discard(): void {
    this.candidate = undefined;
    this.slices = [];
  }

  private sourceFile({ path, blob, entry }: FileRef): SourceFile {
    return { path, blob, entry, bytes: this.contents.get(blob) ?? new Uint8Array(0) };
  }

  /** Only what the newest tree holds can be asked for again without being sent. */
  private forgetContents(): void {
    const kept = new Map<string, Uint8Array>();
    for (const { blob } of this.files) {
      const bytes = this.contents.get(blob);
      if (bytes !== undefined) kept.set(blob, bytes);
    }
    this.contents = kept;
  }

  private prepare(result: LoadResult, order: LoadOrder): LoadContent | undefined {
    const { snapshot } = result;
    if (snapshot === undefined) return undefined;
    const rulesets = new Map<string, LoadedRuleset>();
    const deltas: EnvironmentDelta[] = [];
    const changed = new Map<string, readonly (readonly [string, Ruleset['flags'][string]])[]>();
    const revision = order.kind === 'judge' ? order.commit : order.revision;
    for (const { id } of snapshot.project.environments) {
      const next = this.resolveOne(resolve(snapshot, [], id, revision));
      rulesets.set(id, next.loaded);
      deltas.push(next.delta);
      changed.set(id, next.set);
    }
    this.candidate = { snapshot, revision, rulesets };
    const flags = changedFlags(this.base?.snapshot, snapshot);
    this.slices = cutIntoSlices(flags.set, changed);
    return {
      whole: this.base === undefined,
      project: snapshot.project,
      segments: snapshot.segments,
      removedFlags: flags.removed,
      files: changedFiles(this.base?.snapshot, snapshot),
      waivers: newWaivers(this.base?.snapshot, flags.set),
      environments: deltas,
      sliceCount: this.slices.length,
    };
  }

  private resolveOne(ruleset: Ruleset) {
    const { environment } = ruleset;
    const before = this.base?.rulesets.get(environment);
    const patch = before === undefined ? wholePatch(ruleset) : diffRulesets(before.ruleset, ruleset);
    const loaded = loadedFrom(before, ruleset, patch);
    const { hash } = loaded;
    const delta: EnvironmentDelta = {
      environment,
      hash,
      revision: loaded.ruleset.revision,
      changed: patch !== undefined,
      removedFlags: patch?.delete ?? [],
      segments: patch?.segments ?? {},
    };
    return { loaded, delta, set: Object.entries(patch?.set ?? {}) };
  }
}

/** The executable bit means nothing for a flag file. Links and submodules are refused without a look inside. */
function hasContent(entry: FileRef['entry']): boolean {
  return entry === 'file' || entry === 'executable';
}
