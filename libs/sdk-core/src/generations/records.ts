import type { EnvironmentKills } from '@guidon/engine/model';
import { RULESET_FORMAT } from '@guidon/engine/model';
import type { RulesetDocument } from '@guidon/protocol';
import { isBag, isCount, isText, parseJson, readDocument, readEnvironmentKills } from '../read-wire.js';
import type { Generation, Quarantine } from './generation.js';

/** Bump when a record changes its meaning; one of another version is not read. */
const VERSION = 2;

/** What a ruleset has proved, and when it was last known to be current. A record of its own, because it changes alone. */
export interface ProofRecord extends Generation {
  /** Milliseconds since the epoch; 0: never. */
  readonly confirmedAtMs: number;
}

export type Marks = readonly (readonly [lineage: string, generation: number])[];

/** Kills, and how far the client has ever been. They hold whatever ruleset is in use, so they lie apart from all of them. */
export interface KillsRecord {
  readonly id: string;
  /** `undefined`: no ruleset had come yet. */
  readonly environment: string | undefined;
  readonly writtenAtMs: number;
  /** Digest of the kill state as the server named it last; the kills are at least those. */
  readonly killDigest: string;
  readonly marks: Marks;
  readonly kills: EnvironmentKills;
}

const write = (record: object) => JSON.stringify({ version: VERSION, ...record });

export const writeProof = (proof: ProofRecord) => write(proof);
export const writeQuarantine = ({ hash, lineage, generation }: Quarantine) =>
  write({ hash, lineage, generation });
export const writeKills = (record: KillsRecord) => write(record);

export function readProof(text: string): ProofRecord | undefined {
  const bag = read(text);
  if (bag === undefined || !isRuleset(bag) || !isText(bag.environment)) return undefined;
  const { order, servedMs, confirmedAtMs } = bag;
  if (!isCount(order) || !isDuration(servedMs) || !isDuration(confirmedAtMs)) return undefined;
  const { hash, lineage, generation, environment } = bag;
  return { hash, lineage, generation, environment, order, servedMs, confirmedAtMs };
}

export function readQuarantine(text: string): Quarantine | undefined {
  const bag = read(text);
  return bag === undefined || !isRuleset(bag)
    ? undefined
    : { hash: bag.hash, lineage: bag.lineage, generation: bag.generation };
}

export function readKills(text: string): KillsRecord | undefined {
  const bag = read(text);
  if (bag === undefined || !isText(bag.id)) return undefined;
  const { id, environment, writtenAtMs, killDigest, marks, kills } = bag;
  return {
    id,
    environment: isText(environment) ? environment : undefined,
    writtenAtMs: isDuration(writtenAtMs) ? writtenAtMs : 0,
    killDigest: isText(killDigest) ? killDigest : '',
    marks: readMarks(marks),
    kills: readEnvironmentKills(kills),
  };
}

/** A ruleset as it is stored, if this release can use it. */
export function readRuleset(text: string): RulesetDocument | undefined {
  const document = readDocument(parseJson(text));
  return document !== undefined && Number(document.format) === RULESET_FORMAT ? document : undefined;
}

/** What a release before this one kept in its only file. */
export interface OldSnapshot {
  readonly confirmedAtMs: number;
  readonly record: KillsRecord;
  readonly document: RulesetDocument | undefined;
}

export function readOldSnapshot(text: string): OldSnapshot | undefined {
  const bag = parseJson(text);
  if (!isBag(bag) || bag.version !== 1 || !isDuration(bag.confirmedAtMs)) return undefined;
  const { confirmedAtMs, killDigest, marks, kills } = bag;
  const document = bag.document === undefined ? undefined : readRuleset(JSON.stringify(bag.document));
  const record: KillsRecord = {
    id: '',
    environment: document?.environment,
    // Older than all that this release writes.
    writtenAtMs: 0,
    killDigest: isText(killDigest) ? killDigest : '',
    marks: readMarks(marks),
    kills: readEnvironmentKills(kills),
  };
  return { confirmedAtMs, record, document };
}

function read(text: string): { readonly [name: string]: unknown } | undefined {
  const bag = parseJson(text);
  return isBag(bag) && bag.version === VERSION ? bag : undefined;
}

function isRuleset(bag: { readonly [name: string]: unknown }): bag is Quarantine & typeof bag {
  return isText(bag.hash) && bag.hash !== '' && isText(bag.lineage) && isCount(bag.generation);
}

function readMarks(marks: unknown): Marks {
  return Array.isArray(marks) ? marks.filter(isMark) : [];
}

function isMark(mark: unknown): mark is readonly [string, number] {
  return Array.isArray(mark) && isText(mark[0]) && isCount(mark[1]);
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}
