import type { EnvironmentKills } from '@guidon/engine/model';
import { RULESET_FORMAT } from '@guidon/engine/model';
import type { RulesetDocument } from '@guidon/protocol';
import { parseJson, readDocument, readEnvironmentKills } from './read-wire.js';
import type { RulesetHolder } from './ruleset-holder.js';

/** Bump when the text below changes its meaning; a snapshot of another version is not read. */
const SNAPSHOT_VERSION = 1;

/** What an SDK instance keeps on disk: enough to answer as it answered last, kills included. */
export interface Snapshot {
  /** When the content was last known to be current, ms since the epoch. */
  readonly confirmedAtMs: number;
  /** Digest of the kill state as the server named it last. */
  readonly killDigest: string;
  readonly marks: readonly (readonly [lineage: string, generation: number])[];
  readonly kills: EnvironmentKills;
  /** Absent when only kills have come yet. */
  readonly document: RulesetDocument | undefined;
}

export function writeSnapshot(
  holder: RulesetHolder,
  about: { confirmedAtMs: number; killDigest: string },
): string {
  const { kills, document } = holder;
  return JSON.stringify({ version: SNAPSHOT_VERSION, ...about, marks: [...holder.marks], kills, document });
}

/**
 * Reads a stored snapshot. `undefined` if it is not ours, of another version, or for another environment than the one
 * expected. A ruleset in an unknown format is left out; the kills beside it still count.
 */
export function readSnapshot(text: string, expected: string | undefined): Snapshot | undefined {
  const bag = parseJson(text);
  if (typeof bag !== 'object' || bag === null) return undefined;
  const { version, confirmedAtMs, killDigest, marks, kills, document } = bag as { [name: string]: unknown };
  if (version !== SNAPSHOT_VERSION || typeof confirmedAtMs !== 'number') return undefined;
  const read = document === undefined ? undefined : readDocument(document);
  if (document !== undefined && read === undefined) return undefined;
  if (read !== undefined && expected !== undefined && read.environment !== expected) return undefined;
  return {
    confirmedAtMs,
    killDigest: typeof killDigest === 'string' ? killDigest : '',
    marks: Array.isArray(marks) ? marks.filter(isMark) : [],
    kills: readEnvironmentKills(kills),
    document: read !== undefined && Number(read.format) === RULESET_FORMAT ? read : undefined,
  };
}

function isMark(mark: unknown): mark is readonly [string, number] {
  return Array.isArray(mark) && typeof mark[0] === 'string' && Number.isSafeInteger(mark[1]);
}
