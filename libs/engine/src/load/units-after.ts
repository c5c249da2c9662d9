import { LIMITS, type SourceFile } from '../model/index.js';
import { placeOf, whyNoRegularFile } from './file-place.js';
import type { LoadInput } from './load-types.js';
import type { UnitId } from './problem.js';
import type { Settled } from './settled.js';
import { SIGNERS_PATH } from './signers-file.js';
import { treeDifference } from './tree-difference.js';
import { deletedUnit, type Unit, unitFor, unitId } from './unit.js';
import type { Units } from './units.js';

/**
 * The units of a revision as `unitsOf` would find them, worked out from those of the load before and the files that
 * differ. Undefined where the tree is odd in any way, so that the whole must be looked at: a path that is refused, two
 * files with one key, another project file or list of signers, too many flags.
 */
export function unitsAfter(settled: Settled, input: LoadInput): Units | undefined {
  const difference = treeDifference(settled.files, input.files);
  if (difference === undefined || difference.gone.has(SIGNERS_PATH)) return undefined;
  const { differing, gone } = difference;
  const found = claimed(settled, differing, gone);
  if (found === undefined) return undefined;
  const touched = new Set([...settled.restless, ...found.keys()]);
  for (const path of gone) {
    const place = placeOf(path);
    if ('key' in place) touched.add(unitId(place.kind, place.key));
  }
  if (touched.has('project')) return undefined;
  const byId = new Map(settled.units);
  for (const id of touched) place(byId, { id, old: settled.units.get(id), file: found.get(id), gone });
  if (found.size > 0 && hasTooManyFlags(byId)) return undefined;
  const signers = { file: signersIn(settled), problem: undefined };
  return { byId, refused: [], held: new Set(), signers, touched };
}

function signersIn({ snapshot }: Settled) {
  return snapshot.files.get(SIGNERS_PATH);
}

/** The files that differ by what they define; undefined when some must not define it, or define more than flags. */
function claimed(
  settled: Settled,
  differing: readonly SourceFile[],
  gone: ReadonlySet<string>,
): ReadonlyMap<UnitId, SourceFile> | undefined {
  const found = new Map<UnitId, SourceFile>();
  const fresh: UnitId[] = [];
  for (const file of differing) {
    const place = placeOf(file.path);
    if (place.kind === 'refused') return undefined;
    if (place.kind === 'ignored') {
      const isOther = file.path === SIGNERS_PATH && signersIn(settled)?.blob !== file.blob;
      if (isOther || whyNoRegularFile(file) !== undefined) return undefined;
      continue;
    }
    const id = unitId(place.kind, place.key);
    const known = settled.units.get(id);
    const isTaken = known?.file !== undefined && known.path !== file.path && !gone.has(known.path);
    if (found.has(id) || isTaken) return undefined;
    found.set(id, file);
    if (known === undefined) fresh.push(id);
  }
  return fresh.length > 0 && clash(settled, fresh) ? undefined : found;
}

/** Whether a new key differs from another one only in upper and lower case. */
function clash({ units }: Settled, fresh: readonly UnitId[]): boolean {
  const spellings = new Set([...units.keys()].map((id) => id.toLowerCase()));
  return fresh.some((id) => spellings.has(id.toLowerCase()) || !spellings.add(id.toLowerCase()));
}

interface Placing {
  readonly id: UnitId;
  readonly old: Unit | undefined;
  /** Absent: it is where it was, as it was, or gone. */
  readonly file: SourceFile | undefined;
  readonly gone: ReadonlySet<string>;
}

function place(byId: Map<UnitId, Unit>, { id, old, file, gone }: Placing): void {
  const stays = old?.file !== undefined && !gone.has(old.path) ? old.file : undefined;
  const now = file ?? stays;
  const previous = old?.previous;
  if (now !== undefined) {
    const { kind, key } = old ?? (placeOf(now.path) as Pick<Unit, 'kind' | 'key'>);
    byId.set(id, unitFor(now, { kind, key }, previous));
  } else if (old !== undefined && previous !== undefined) byId.set(id, deletedUnit(old, previous));
  else byId.delete(id);
}

function hasTooManyFlags(byId: ReadonlyMap<UnitId, Unit>): boolean {
  let flags = 0;
  for (const { kind, file } of byId.values()) if (kind === 'flag' && file !== undefined) flags++;
  return flags > LIMITS.flags;
}
