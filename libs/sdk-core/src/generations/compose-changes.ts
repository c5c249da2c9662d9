import type { RulesetDocument } from '@guidon/protocol';
import type { RecordChange } from '../ports.js';
import type { Generation } from './generation.js';
import { type KillsRecord, writeKills, writeProof } from './records.js';

export interface ToStore {
  /** What is in use, where it is to be stored. */
  readonly generation: Generation | undefined;
  /** Absent: it has been stored. */
  readonly document: RulesetDocument | undefined;
  readonly confirmedAtMs: number;
  readonly kills: KillsRecord;
  /** Records whose kills are all in the new one, youngest first. */
  readonly killsIds: readonly string[];
  readonly others: Iterable<RecordChange>;
}

/**
 * The changes that bring the disk up to date, in an order in which they may stop anywhere: what is new comes before what it
 * replaces is removed, and a proof after its ruleset, so that whatever has a proof is whole. Pure.
 */
export function composeChanges(what: ToStore): readonly RecordChange[] {
  const { generation, document, confirmedAtMs, kills, killsIds, others } = what;
  const changes: RecordChange[] = [{ kind: 'kills', id: kills.id, text: writeKills(kills) }];
  const removals: RecordChange[] = [];
  for (const other of others) (other.text === undefined ? removals : changes).push(other);
  if (generation !== undefined) {
    const id = generation.hash;
    if (document !== undefined) changes.push({ kind: 'ruleset', id, text: JSON.stringify(document) });
    changes.push({ kind: 'proof', id, text: writeProof({ ...generation, confirmedAtMs }) });
  }
  // One before the newest stays, in case that one is damaged.
  for (const id of killsIds.slice(1)) removals.push({ kind: 'kills', id, text: undefined });
  return [...changes, ...removals];
}
