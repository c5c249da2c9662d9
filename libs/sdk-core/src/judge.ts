import { RULESET_FORMAT } from '@guidon/engine/model';
import type { PatchEvent, Stamp } from '@guidon/protocol';

/** Where a client stands: what it holds, and the highest generation it ever held in each lineage. */
export interface Standing {
  readonly held: Stamp | undefined;
  readonly marks: ReadonlyMap<string, number>;
  /** The environment that the application expects, if it said so. */
  readonly expected: string | undefined;
  /** Whether the application died of a ruleset with this hash. */
  isQuarantined(hash: string): boolean;
}

export type Refusal =
  /** Same content: nothing to do. */
  | 'same'
  /** A lower generation of a lineage after a higher one: a lagging replica. */
  | 'older'
  /** A format that this release cannot read: the old ruleset stays. */
  | 'format'
  /** Not the environment that the application asked for. */
  | 'environment'
  /** The application died of it: what is held stays until something newer comes. */
  | 'quarantined';

export type Verdict =
  | { readonly kind: 'take' }
  | { readonly kind: 'keep'; readonly why: Refusal }
  /** Only the whole ruleset helps. `whole`: even if the server thinks that nothing changed. */
  | { readonly kind: 'refetch'; readonly why: 'gap' | 'hash' | 'nothing-held'; readonly whole: boolean };

const keep = (why: Refusal): Verdict => ({ kind: 'keep', why });

/** Whether a whole ruleset may replace what is held. */
export function judgeDocument(
  standing: Standing,
  document: Stamp & { readonly format: number; readonly environment: string },
): Verdict {
  if (document.format !== RULESET_FORMAT) return keep('format');
  if (standing.expected !== undefined && document.environment !== standing.expected) {
    return keep('environment');
  }
  const { held } = standing;
  const highest = standing.marks.get(document.lineage);
  if (highest !== undefined && document.generation < highest) return keep('older');
  if (standing.isQuarantined(document.hash)) return keep('quarantined');
  const same =
    held?.lineage === document.lineage &&
    held.generation === document.generation &&
    held.hash === document.hash;
  return same ? keep('same') : { kind: 'take' };
}

/** Whether a patch fits on what is held. That it gives the stated hash is checked after it was applied. */
export function judgePatch(
  standing: Standing,
  patch: Pick<PatchEvent, 'lineage' | 'from' | 'generation' | 'hash'>,
): Verdict {
  const { held } = standing;
  if (held === undefined) return { kind: 'refetch', why: 'nothing-held', whole: true };
  if (held.lineage !== patch.lineage) return { kind: 'refetch', why: 'gap', whole: false };
  if (patch.generation <= held.generation)
    return keep(patch.generation === held.generation ? 'same' : 'older');
  if (standing.isQuarantined(patch.hash)) return keep('quarantined');
  if (patch.from !== held.generation) return { kind: 'refetch', why: 'gap', whole: false };
  return { kind: 'take' };
}
