import { applyPatch, hashRuleset } from '@guidon/engine/compile';
import { createDocumentCache, type DocumentCache, type LoadResult, load } from '@guidon/engine/load';
import type { Finding, Ruleset, RulesetPatch, Snapshot, SourceFile } from '@guidon/engine/model';
import { type ChangeOptions, type ResolvedChange, resolve, resolveChange } from '@guidon/engine/resolve';
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
  MOST_FINDINGS,
} from './load-messages.js';

/** What is kept of a ruleset: its entries are made again from the snapshot where they are asked for. */
interface LoadedRuleset {
  readonly revision: string;
  readonly hash: string;
}

interface Loaded {
  readonly snapshot: Snapshot;
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
  private contents = new Map<string, Uint8Array>();
  private files: FileRef[] = [];
  private base: Loaded | undefined;
  private candidate: Loaded | undefined;
  private slices: readonly LoadSlice[] = [];

  open(files: readonly FileRef[], first: boolean): readonly string[] {
    if (first) this.files = [];
    this.files.push(...files);
    return this.missing(files);
  }

  amend({ set, gone }: FileChanges): readonly string[] {
    const changed = new Map<string, FileRef | undefined>(gone.map((path) => [path, undefined]));
    for (const file of set) changed.set(file.path, file);
    // What has only changed stays in its place: lists in the same order are compared in no time.
    this.files = this.files.flatMap((file) => {
      if (!changed.has(file.path)) return file;
      const now = changed.get(file.path);
      changed.delete(file.path);
      return now ?? [];
    });
    for (const file of changed.values()) if (file !== undefined) this.files.push(file);
    return this.missing(set);
  }

  private missing(files: readonly FileRef[]): readonly string[] {
    return files
      .filter(({ entry, blob }) => hasContent(entry) && !this.contents.has(blob))
      .map((file) => file.blob);
  }

  stage(contents: readonly BlobContent[]): void {
    for (const [blob, bytes] of contents) this.contents.set(blob, bytes);
  }

  remember(versions: readonly string[]): void {
    for (const version of versions) this.liveBefore.add(version);
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
      ...(judged ? { previous: known, liveBefore: this.liveBefore } : {}),
    });
    this.forgetContents();
    return { ...summaryOf(result), content: this.prepare(result, order) };
  }

  slice(index: number): LoadSlice {
    const slice = this.slices[index];
    if (slice === undefined) throw new Error(`There is no slice ${index}.`);
    return slice;
  }

  adopt(): void {
    if (this.candidate === undefined) return;
    this.base = this.candidate;
    // Those that do not differ were added when they became live.
    for (const [path, blob] of this.base.files)
      if (blob !== undefined) this.liveBefore.add(`${path}:${blob}`);
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
    if (this.contents.size <= this.files.length) return;
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
    this.candidate = { snapshot, rulesets, files };
    const flags = changedFlags(this.base?.snapshot, snapshot, touched?.flags);
    this.slices = cutIntoSlices(flags.set, changed);
    return {
      whole: this.base === undefined,
      project: snapshot.project,
      segments: snapshot.segments,
      removedFlags: flags.removed,
      files,
      waivers: flags.set.flatMap(([flag, { waive }]) =>
        [...waive].map(([code, reason]) => ({ flag, code, reason })),
      ),
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

/** The executable bit means nothing for a flag file. Links and submodules are refused without a look inside. */
function hasContent(entry: FileRef['entry']): boolean {
  return entry === 'file' || entry === 'executable';
}

interface Resolved {
  readonly loaded: LoadedRuleset;
  readonly patch: RulesetPatch | undefined;
}

function wholeRuleset(ruleset: Ruleset): Resolved {
  const { revision, flags, segments } = ruleset;
  const patch = { revision, set: flags, delete: [], segments };
  return { loaded: { revision, hash: hashRuleset(ruleset) }, patch };
}

/** By way of the patch, so that only what changed is hashed anew. */
function changedRuleset(before: LoadedRuleset, change: ResolvedChange | undefined): Resolved {
  if (change === undefined) return { loaded: before, patch: undefined };
  const { patch } = change;
  const { hash } = applyPatch(change.before, before.hash, patch);
  return { loaded: { revision: patch.revision, hash }, patch };
}

function summaryOf(result: LoadResult): Omit<LoadSummary, 'content'> {
  const rank = (finding: Finding): number => (finding.severity === 'error' ? 0 : 1);
  const findings =
    result.findings.length <= MOST_FINDINGS
      ? result.findings
      : [...result.findings].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FINDINGS);
  const { state, frozen, holds } = result;
  return { state, findings, findingCount: result.findings.length, frozen, holds };
}
