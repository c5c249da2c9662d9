import type { Position } from '@guidon/engine/model';
import { type Candidate, contentOf, type Head, type Held, type Pin, type Waiting } from './head.js';
import type { TakenBack } from './taken-back.js';

/** A row of `heads` as the database has it. */
export interface HeadRow {
  readonly environment: string;
  readonly generation: number;
  readonly hash: string;
  readonly revision: string;
  readonly revision_id: number;
  readonly removed: boolean;
  readonly candidate: Candidate | null;
  readonly waiting: Waiting | null;
  readonly held: Held | null;
  readonly taken_back: readonly TakenBack[] | null;
  readonly pin: Pin | null;
  /** Kept as the text it was written as, since a ruleset's hash sees the order of keys. */
  readonly positions: readonly Position[] | null;
}

/** Spelled out, so that two readings of one row are equal as text; the database keeps no order of keys. */
export function headOf(row: HeadRow): Head {
  const { environment, generation, hash, revision, removed, candidate, waiting, held, pin } = row;
  return {
    ...{ environment, generation, hash, revision, revisionId: row.revision_id, removed },
    ...(candidate === null ? {} : { candidate: candidateOf(candidate) }),
    ...(waiting === null ? {} : { waiting: waitingOf(waiting) }),
    ...(held === null ? {} : { held: heldOf(held) }),
    ...(row.taken_back === null ? {} : { takenBack: row.taken_back.map(takenBackOf) }),
    ...(pin === null ? {} : { pin: pinOf(pin) }),
    ...(row.positions === null ? {} : { positions: row.positions }),
  };
}

function candidateOf(candidate: Candidate): Candidate {
  const { id, stages, stage, startedAtMs, stageSinceMs, enlisted } = candidate.wave;
  const each = stages.map(({ percent, holdMs }) => ({ percent, holdMs }));
  const wave = { id, stages: each, stage, startedAtMs, stageSinceMs, enlisted };
  return { generation: candidate.generation, ...contentOf(candidate), wave };
}

function notServedOf<C extends Waiting | Held>(content: C): Omit<Held, 'again' | 'why'> & Pick<C, 'why'> {
  const { why, sentences, sinceMs } = content;
  return { ...contentOf(content), why, sentences, sinceMs };
}

function heldOf(held: Held): Held {
  return { ...notServedOf(held), ...(held.again === undefined ? {} : { again: held.again }) };
}

function takenBackOf({ hash, reason, print }: TakenBack): TakenBack {
  if (print === undefined) return { hash, reason };
  return { hash, reason, print: { keys: print.keys, digest: print.digest } };
}

function waitingOf(waiting: Waiting): Waiting {
  const { until, throughFreeze } = waiting;
  return {
    ...notServedOf(waiting),
    ...(until === undefined ? {} : { until }),
    ...(throughFreeze === undefined ? {} : { throughFreeze }),
  };
}

function pinOf(pin: Pin): Pin {
  const { actor, reason, sinceMs } = pin;
  return { ...contentOf(pin), actor, reason, sinceMs };
}
