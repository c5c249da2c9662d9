import type { Flag, Project, Segment, Snapshot } from '../model/index.js';
import { referencesOfFlag, referencesOfSegment, whyFlagUnfit, whySegmentUnfit } from './kept-model.js';
import type { LoadInput } from './load-types.js';
import type { UnitId } from './problem.js';
import { type Known, whyReferenceFails } from './references.js';
import { type Unit, unitId } from './units.js';

/** The files as they would be served, with what is live. */
interface Standing extends Known {
  readonly project: Project | undefined;
  readonly input: LoadInput;
}

interface Live {
  readonly flag: Flag | undefined;
  readonly segment: Segment | undefined;
}

function liveOf(unit: Unit, previous: Snapshot | undefined): Live {
  return {
    flag: unit.kind === 'flag' ? previous?.flags.get(unit.key) : undefined,
    segment: unit.kind === 'segment' ? previous?.segments.get(unit.key) : undefined,
  };
}

/** Why the live version, which is kept, does not fit the project that would be served. */
export function whyKeptUnfit(
  standing: Standing,
  unit: Unit,
  previous: Snapshot | undefined,
): string | undefined {
  const { project } = standing;
  if (project === undefined || project === previous?.project) return undefined;
  const { flag, segment } = liveOf(unit, previous);
  if (flag !== undefined) return whyFlagUnfit(flag, project);
  return segment === undefined ? undefined : whySegmentUnfit(segment, project);
}

/** Whether what is live would not fit the project either, so that the project is at fault and not the file. */
export function wasUnfitBefore(standing: Standing, unit: Unit): boolean {
  return whyKeptUnfit(standing, unit, standing.input.previous) !== undefined;
}

/** Whether what is live refers to one of these units too and would fail in the same way. */
export function failedBefore(standing: Standing, unit: Unit, needs: readonly UnitId[]): boolean {
  const { flag, segment } = liveOf(unit, standing.input.previous);
  const references = flag === undefined ? [] : referencesOfFlag(flag);
  if (segment !== undefined) references.push(...referencesOfSegment(segment));
  return references.some(
    (reference) =>
      needs.includes(unitId(reference.to, reference.key)) &&
      whyReferenceFails(reference, standing) !== undefined,
  );
}
