import { applyPatch, diffRulesets, hashRuleset } from '@guidon/engine/compile';
import { createDocumentCache, type DocumentCache, type LoadResult, load } from '@guidon/engine/load';
import type { Finding, Ruleset, RulesetPatch, Snapshot, SourceFile } from '@guidon/engine/model';
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
  MOST_FINDINGS,
} from './load-messages.js';
import { newWaivers } from './new-waivers.js';

interface LoadedRuleset {
  readonly ruleset: Ruleset;
  readonly hash: string;
}

interface Loaded {
  readonly snapshot: Snapshot;
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
  private contents = new Map<string, Uint8Array>();
  private files: FileRef[] = [];
  private base: Loaded | undefined;
  private candidate: Loaded | undefined;
  private slices: readonly LoadSlice[] = [];

  open(files: readonly FileRef[], first: boolean): readonly string[] {
    if (first) this.files = [];
    this.files.push(...files);
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
    for (const { path, blob } of this.base.snapshot.files.values()) this.liveBefore.add(`${path}:${blob}`);
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
    for (const { id } of snapshot.project.environments) {
      const revision = order.kind === 'judge' ? order.commit : order.revision;
      const next = this.resolveOne(resolve(snapshot, [], id, revision));
      rulesets.set(id, next.loaded);
      deltas.push(next.delta);
      changed.set(id, next.set);
    }
    this.candidate = { snapshot, rulesets };
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

/** By way of the patch where there is one, so that only what changed is hashed anew. */
function loadedFrom(
  before: LoadedRuleset | undefined,
  ruleset: Ruleset,
  patch: RulesetPatch | undefined,
): LoadedRuleset {
  if (before === undefined) return { ruleset, hash: hashRuleset(ruleset) };
  return patch === undefined ? before : applyPatch(before.ruleset, before.hash, patch);
}

function wholePatch({ revision, flags, segments }: Ruleset): RulesetPatch {
  return { revision, set: flags, delete: [], segments };
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
