import { placeOf } from './file-place.js';
import type { CommitStep, FileStep, FileVersion } from './load-types.js';
import type { UnitId } from './problem.js';
import { unitId } from './units.js';

/** What one accepted revision did to one path; without a blob the path is gone. */
export interface FileChange {
  readonly revision: string;
  readonly path: string;
  readonly blob: string | undefined;
  /** What the path held before, for whoever knows it though the history begins later. */
  readonly before?: string;
}

/**
 * The steps that flags and segments took from one accepted revision to the next, whatever folder they lay in. The first
 * revision is the baseline: nothing is known of the time before it, so what it brings did not come by a step.
 */
export class LiveHistory {
  private readonly steps = new Map<UnitId, FileStep[]>();
  private readonly current = new Map<UnitId, FileVersion>();
  private first: string | undefined;

  /** Changes in the order of their revisions. What is known already is no change, so they may be told twice at the end. */
  take(changes: Iterable<FileChange>): void {
    for (const change of changes) this.takeOne(change);
  }

  stepsOf(unit: UnitId): readonly FileStep[] {
    return this.steps.get(unit) ?? [];
  }

  private takeOne({ revision, path, blob, before }: FileChange): void {
    this.first ??= revision;
    const place = placeOf(path);
    if (place.kind !== 'flag' && place.kind !== 'segment') return;
    const id = unitId(place.kind, place.key);
    const now = this.current.get(id) ?? (before === undefined ? undefined : { path, blob: before });
    // The file moved in this revision, and this is the end of its old path.
    if (blob === undefined && now?.path !== path) return;
    if (now?.path === path && now.blob === blob) return;
    const to = blob === undefined ? undefined : { path, blob };
    if (to === undefined) this.current.delete(id);
    else this.current.set(id, to);
    if (revision !== this.first) this.append(id, { revision, from: now, to });
  }

  /** A move is told as the end of one path and the beginning of another; both are one step. */
  private append(id: UnitId, step: FileStep): void {
    const known = this.steps.get(id);
    if (known === undefined) {
      this.steps.set(id, [step]);
      return;
    }
    const last = known.at(-1);
    if (last?.revision === step.revision) known[known.length - 1] = { ...step, from: last.from };
    else known.push(step);
  }
}

/** What one commit did to one path; without blobs before or after there was no file. */
export interface CommitChange {
  readonly commit: string;
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** The commit lies before the baseline. */
  readonly live: boolean;
}

/** By flag and segment; changes of one commit stand together. Of a merge there may be several, against each parent. */
export function stepsOfCommits(changes: Iterable<CommitChange>): ReadonlyMap<UnitId, readonly CommitStep[]> {
  const found = new Map<UnitId, CommitStep[]>();
  for (const { commit, path, before, after, live } of changes) {
    const place = placeOf(path);
    if (place.kind !== 'flag' && place.kind !== 'segment') continue;
    const [from, to] = [before, after].map((blob) => (blob === undefined ? undefined : { path, blob }));
    const step = { revision: commit, from, to, live };
    const id = unitId(place.kind, place.key);
    const known = found.get(id) ?? [];
    found.set(id, known);
    const last = known.at(-1);
    // A move: the end of one path and the beginning of another.
    const isMove = last?.revision === commit && (last.from === undefined) !== (from === undefined);
    if (last !== undefined && isMove && (last.to === undefined) !== (to === undefined))
      known[known.length - 1] = { ...step, from: last.from ?? from, to: last.to ?? to };
    else known.push(step);
  }
  return found;
}
