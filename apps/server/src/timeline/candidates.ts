import { placeOf } from '@guidon/engine/load';
import { type Described, describeEntry } from '@guidon/policy/timeline';
import type { EntityManager } from 'typeorm';
import type { WindowEntry } from '../audit/index.js';
import { type KillLedger, type KnownKill, type RevisionFiles, readRevisionFiles } from '../catalog/index.js';
import type { TimelineQuery } from './timeline-query.js';

/** An entry that the timeline tells of, with what belongs to it. */
export interface Candidate {
  readonly entry: WindowEntry;
  readonly described: Described;
  /** All flags that are known, whatever was asked for. */
  readonly flags: readonly string[];
  readonly flagCount: number;
  readonly files?: RevisionFiles;
}

/** Files looked at of each revision. */
const MOST_FILES = 20;
/** What brings or takes back the content of a commit. */
const OF_FILES = /^(revision\.(publish|hold)$|wave\.|freeze\.release$)/;

/** Of entries of the log those that concern what was asked for, in the same order. */
export async function candidatesAmong(
  manager: EntityManager,
  entries: readonly WindowEntry[],
  { ledger, query }: { ledger: Pick<KillLedger, 'findAll'>; query: TimelineQuery },
): Promise<readonly Candidate[]> {
  const told = entries.flatMap((entry) => {
    const described = isElsewhere(entry, query) ? undefined : describeEntry(entry);
    return described === undefined ? [] : [{ entry, described }];
  });
  const kills = await killsOf(manager, told, ledger);
  const files = await filesOf(manager, told, query.flag);
  return told
    .map(({ entry, described }, index) =>
      candidateOf({ entry, described, kill: kills.get(killIdOf(entry)), files: files[index] }),
    )
    .filter((candidate) => query.flag === undefined || mayConcern(query.flag, candidate));
}

function isElsewhere({ environments = [] }: WindowEntry, { environment }: TimelineQuery): boolean {
  return environment !== undefined && !environments.includes(environment);
}

type Told = { readonly entry: WindowEntry; readonly described: Described };

async function killsOf(
  manager: EntityManager,
  told: readonly Told[],
  ledger: Pick<KillLedger, 'findAll'>,
): Promise<ReadonlyMap<string, KnownKill>> {
  const ids = [...new Set(told.map(({ entry }) => killIdOf(entry)))].filter((id) => id !== '');
  if (ids.length === 0) return new Map();
  return new Map((await ledger.findAll(manager, ids)).map((kill) => [kill.id, kill]));
}

function killIdOf({ action, subject }: WindowEntry): string {
  return action.startsWith('kill.') && typeof subject.kill === 'string' ? subject.kill : '';
}

async function filesOf(
  manager: EntityManager,
  told: readonly Told[],
  flag: string | undefined,
): Promise<readonly (RevisionFiles | undefined)[]> {
  const asked = told.flatMap(({ entry: { action, commit, atMs } }, index) =>
    commit !== undefined && OF_FILES.test(action) ? [{ index, commit, atMs }] : [],
  );
  if (asked.length === 0) return [];
  const named = flag === undefined ? undefined : `${flag}.yaml`;
  const found = await readRevisionFiles(manager, asked, { most: MOST_FILES, named });
  const files: (RevisionFiles | undefined)[] = [];
  for (const [place, { index }] of asked.entries()) files[index] = found[place];
  return files;
}

interface Found extends Told {
  readonly kill: KnownKill | undefined;
  readonly files: RevisionFiles | undefined;
}

function candidateOf({ entry, described, kill, files }: Found): Candidate {
  const killed = kill === undefined ? [] : [...kill.targets.values()].flat();
  const changed = (files?.files ?? []).flatMap(({ path }) => {
    const place = placeOf(path);
    return place.kind === 'flag' ? [place.key] : [];
  });
  const flags = [...new Set([...described.flags, ...killed, ...changed])];
  const unseen = (files?.flagCount ?? 0) - changed.length;
  const flagCount = flags.length + unseen;
  return { entry, described, flags, flagCount, ...(files === undefined ? {} : { files }) };
}

/** Also what may concern any flag: a segment, the project, and what changed all of an environment. */
function mayConcern(flag: string, { flags, files, described }: Candidate): boolean {
  if (flags.includes(flag)) return true;
  if (files === undefined) return flags.length === 0 && described.touchesServed;
  return files.files.some(({ path }) => path === 'guidon.yaml' || path.startsWith('segments/'));
}
