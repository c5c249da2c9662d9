import { LIMITS, type Snapshot, type SnapshotFile, type SourceFile } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import { type Place, placeOf, whyNoRegularFile } from './file-place.js';
import type { LoadInput } from './load-types.js';
import type { Problem, UnitId } from './problem.js';
import { SIGNERS_PATH, type SignersFile, signersOf } from './signers-file.js';
import { deletedUnit, type Unit, unitFor, unitId } from './unit.js';

export { type Unit, unitId } from './unit.js';

export interface Units {
  readonly byId: Map<UnitId, Unit>;
  /** Problems of paths that define nothing, or that may not define what they seem to. */
  readonly refused: readonly { readonly path: string; readonly problem: Problem }[];
  /** Units whose newest version is refused for its path: they stay as they are. */
  readonly held: ReadonlySet<UnitId>;
  readonly signers: SignersFile;
  /** All that may differ from what is live; absent: nothing is known, so each may. */
  readonly touched?: ReadonlySet<UnitId>;
}

type Refusal = { path: string; problem: Problem };

/** Sorts the files of a revision into units and pairs them with what is live. */
export function unitsOf(input: LoadInput): Units {
  const refused: Refusal[] = [];
  const held = new Set<UnitId>();
  const live = liveFiles(input.previous);
  const claims = claimsOf(input.files, refused);
  const byId = new Map<UnitId, Unit>();
  const livePaths = new Set([...live.values()].map(({ file }) => file.path));
  const spelling = new Map([...live].map(([id, { kind, key }]) => [unitId(kind, key.toLowerCase()), id]));
  for (const [claimed, { place, files }] of claims) {
    const file = files.length === 1 ? files[0]! : chosen(files, livePaths, refused);
    const liveId = spelling.get(claimed);
    if (file === undefined) {
      if (liveId !== undefined) held.add(liveId);
      continue;
    }
    const own = files.length === 1 ? place : (placeOf(file.path) as Claimed);
    if (liveId !== undefined && !live.has(unitId(own.kind, own.key))) {
      refused.push({ path: file.path, problem: otherSpelling(file, live.get(liveId)!) });
      held.add(liveId);
      continue;
    }
    const unit = unitFor(file, own, live.get(unitId(own.kind, own.key))?.file);
    byId.set(unit.id, unit);
  }
  for (const [id, { file, kind, key }] of live) {
    if (byId.has(id)) continue;
    // Held: its path is refused, so it is not deleted but unchanged.
    byId.set(id, { ...deletedUnit({ kind, key }, file), changed: !held.has(id) });
  }
  refuseBeyondLimit(byId, refused);
  const signers = signersOf(input);
  if (signers.problem !== undefined) refused.push({ path: SIGNERS_PATH, problem: signers.problem });
  return { byId, refused, held, signers };
}

interface Claim {
  readonly place: Claimed;
  readonly files: SourceFile[];
}

/** The files that want to define a thing, by its name regardless of case. */
function claimsOf(all: readonly SourceFile[], refused: Refusal[]): ReadonlyMap<UnitId, Claim> {
  const claims = new Map<UnitId, Claim>();
  for (const file of [...all].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const place = claimOf(file, refused);
    if (place === undefined) continue;
    const id = claimId(place);
    const claim = claims.get(id);
    if (claim === undefined) claims.set(id, { place, files: [file] });
    else claim.files.push(file);
  }
  return claims;
}

type Claimed = Extract<Place, { key: string }>;

function claimOf(file: SourceFile, refused: Refusal[]): Claimed | undefined {
  const place = placeOf(file.path);
  if (place.kind === 'refused') refused.push({ path: file.path, problem: place.problem });
  if (place.kind === 'ignored') {
    const problem = whyNoRegularFile(file);
    if (problem !== undefined) refused.push({ path: file.path, problem });
  }
  return 'key' in place ? place : undefined;
}

/** Keys that differ only in case are one key (sentence 1), because file systems and people confuse them. */
function claimId(place: Claimed): UnitId {
  return unitId(place.kind, place.key.toLowerCase());
}

interface LiveFile {
  readonly file: SnapshotFile;
  readonly kind: FileKind;
  readonly key: string;
}

function liveFiles(previous: Snapshot | undefined): ReadonlyMap<UnitId, LiveFile> {
  const live = new Map<UnitId, LiveFile>();
  for (const file of previous?.files.values() ?? []) {
    const place = placeOf(file.path);
    if ('key' in place) live.set(unitId(place.kind, place.key), { file, kind: place.kind, key: place.key });
  }
  return live;
}

/** Of two files with one key the one already live stays; when neither is, or both have its path, none does. */
function chosen(
  files: readonly SourceFile[],
  livePaths: ReadonlySet<string>,
  refused: Refusal[],
): SourceFile | undefined {
  const isAlone = ({ path }: SourceFile) => files.filter((file) => file.path === path).length === 1;
  const staying = files.find((file) => livePaths.has(file.path) && isAlone(file));
  for (const file of files) {
    if (file === staying) continue;
    const other = staying ?? files.find((one) => one !== file)!;
    const problem: Problem = {
      at: [],
      code: 'duplicate-key',
      sentence:
        file.path === other.path
          ? `The folder holds ${file.path} twice.`
          : `${file.path} has the key of ${other.path}.`,
      position: { line: 1, column: 1 },
    };
    refused.push({ path: file.path, problem });
  }
  return staying;
}

/** To a person and to some file systems it is the same name; to applications it would be another flag. */
function otherSpelling(file: SourceFile, live: LiveFile): Problem {
  return {
    at: [],
    code: 'duplicate-key',
    sentence: `${file.path} has the key of ${live.file.path}, which is live, but for upper and lower case.`,
    fix: `Name it ${live.key}; to change a key, add another flag and archive the old one.`,
    position: { line: 1, column: 1 },
  };
}

function refuseBeyondLimit(byId: Map<UnitId, Unit>, refused: Refusal[]): void {
  const flags = [...byId.values()].filter((unit) => unit.kind === 'flag' && unit.file !== undefined);
  if (flags.length <= LIMITS.flags) return;
  let excess = flags.length - LIMITS.flags;
  for (const unit of flags.filter(({ previous }) => previous === undefined).reverse()) {
    if (excess-- <= 0) return;
    byId.delete(unit.id);
    const sentence = `The project has ${flags.length} flags; the limit is ${LIMITS.flags}.`;
    const problem: Problem = { at: [], code: 'too-many-flags', sentence, position: { line: 1, column: 1 } };
    refused.push({ path: unit.path, problem });
  }
}
