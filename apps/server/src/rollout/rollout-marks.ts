import { type Position, TOTAL_PARTS } from '@guidon/engine/model';
import type { GuardEpoch } from '@guidon/policy/guards';
import type { RolloutState } from '@guidon/policy/rollout';
import type { EntityManager } from 'typeorm';
import type { RolloutName } from './rollout.repository.js';

/** A moment that matters to who reads evidence: a position went out, or evidence began anew. */
export interface RolloutMark {
  readonly run: number;
  readonly kind: 'published' | 'restarted';
  /** The first generation of the ruleset that it holds for. */
  readonly generation: number;
  /** The treatment's part of the randomised units; absent where nobody knows. */
  readonly share?: number;
  readonly atMs: number;
}

export async function writeMark(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  { version, mark }: { readonly version: number; readonly mark: RolloutMark },
): Promise<void> {
  const { run, kind, generation, share, atMs } = mark;
  await manager.query(
    `INSERT INTO rollout_marks (environment, flag, version, run, kind, generation, share, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [environment, flag, version, run, kind, generation, share ?? null, new Date(atMs)],
  );
}

/** Of one run, the oldest first. */
export async function readMarks(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  run: number,
): Promise<readonly RolloutMark[]> {
  const rows: MarkRow[] = await manager.query(
    `SELECT run, kind, generation::float8 AS generation, share, at FROM rollout_marks
     WHERE environment = $1 AND flag = $2 AND run = $3 ORDER BY version`,
    [environment, flag, run],
  );
  return rows.map(({ at, share, ...mark }) => ({
    ...mark,
    ...(share === null ? {} : { share }),
    atMs: new Date(at).getTime(),
  }));
}

interface MarkRow {
  readonly run: number;
  readonly kind: RolloutMark['kind'];
  readonly generation: number;
  readonly share: number | null;
  readonly at: Date | string;
}

/**
 * The treatment's part of those that chance decides for. Known as long as audiences are let in as a whole: their units are in no
 * arm, and the draw of all others is the same. Pure.
 */
export function shareOf({
  reached,
  holdoutParts,
}: Pick<Position, 'reached' | 'holdoutParts'>): number | undefined {
  const drawn = reached.filter(({ audience, parts }) => audience !== undefined && parts < TOTAL_PARTS);
  if (drawn.length > 0) return undefined;
  const everyone = reached.filter(({ audience }) => audience === undefined).map(({ parts }) => parts);
  return Math.min(Math.max(0, ...everyone), TOTAL_PARTS - holdoutParts) / TOTAL_PARTS;
}

/** What is laid over the file from now on, `undefined` nothing, and the first generation with it. */
export interface MovedPosition {
  readonly position: Position | undefined;
  readonly generation: number;
}

/** The mark that a step leaves, if any: evidence begins anew wherever a person has said so. Pure. */
export function markOf(
  { before, after }: { readonly before: RolloutState | undefined; readonly after: RolloutState },
  made: {
    readonly moved: MovedPosition | undefined;
    readonly last: RolloutMark | undefined;
    readonly atMs: number;
  },
): RolloutMark | undefined {
  const { moved, last, atMs } = made;
  const isRestart = before?.run === after.run && before.epochMs !== after.epochMs;
  if (!isRestart && moved === undefined) return undefined;
  const { position } = moved ?? {};
  const share = moved === undefined ? last?.share : position === undefined ? undefined : shareOf(position);
  return {
    run: after.run,
    kind: isRestart ? 'restarted' : 'published',
    generation: moved?.generation ?? last?.generation ?? 0,
    ...(share === undefined ? {} : { share }),
    atMs,
  };
}

/** Stretches of the evidence, as guards take them. Pure. */
export function epochsOf(marks: readonly RolloutMark[]): readonly GuardEpoch[] {
  return marks.map(({ kind, atMs, generation, share }) => ({
    fromMs: atMs,
    fromGeneration: generation,
    ...(share === undefined ? {} : { treatmentShare: share }),
    ...(kind === 'restarted' ? { restart: true as const } : {}),
  }));
}

/** Share of everybody that is let in by percent, 0 to 100. Pure. */
export function everyonePercent({
  reached,
  holdoutParts,
}: Pick<Position, 'reached' | 'holdoutParts'>): number {
  const everyone = reached.filter(({ audience }) => audience === undefined).map(({ parts }) => parts);
  return Math.min(Math.max(0, ...everyone), TOTAL_PARTS - holdoutParts) / 1000;
}
