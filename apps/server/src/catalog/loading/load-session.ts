import { applyPatch, diffRulesets, hashRuleset } from '@guidon/engine/compile';
import { createDocumentCache, type DocumentCache, type LoadResult, load } from '@guidon/engine/load';
import type { Finding, Ruleset, RulesetPatch, Snapshot } from '@guidon/engine/model';
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
import { LoadTree } from './load-tree.js';

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
  private readonly tree = new LoadTree();
  private base: Loaded | undefined;
  private candidate: Loaded | undefined;
  private slices: readonly LoadSlice[] = [];

  open(files: readonly FileRef[], first: boolean): readonly string[] {
    return this.tree.open(files, first);
  }

  amend(changes: FileChanges): readonly string[] {
    return this.tree.amend(changes);
  }

  stage(contents: readonly BlobContent[]): void {
    this.tree.stage(contents);
  }

  remember(versions: readonly string[]): void {
    for (const version of versions) this.liveBefore.add(version);
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
      ...(judged ? { previous: known, liveBefore: this.liveBefore } : {}),
    });
    this.tree.forgetContents();
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
function changedRuleset(before: LoadedRuleset, change: ResolvedChange): Resolved {
  const patch = diffRulesets(change.before, change.after);
  if (patch === undefined) return { loaded: before, patch };
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
