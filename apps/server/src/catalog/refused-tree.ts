import { FINDING_CODES, type FindingCode } from '@guidon/engine/schema';
import type { LoadSummary } from './loading/load-messages.js';

/** Why a commit is refused as a whole before any of its files is looked at. */
export interface RefusedTree {
  readonly code: FindingCode;
  /** What is the matter, in figures. */
  readonly sentence: string;
}

/** Judges such a commit: rejected with one finding, which stands with the project, since it is about no single file. */
export function rejectTree({ code, sentence }: RefusedTree): LoadSummary {
  const { severity, fix } = FINDING_CODES[code];
  const place = { path: 'guidon.yaml', line: 1, column: 1, pointer: '' };
  return {
    state: 'rejected',
    findings: [{ ...place, code, severity, sentence, fix }],
    findingCount: 1,
    frozen: [],
    holds: [],
    doubts: [],
    wanted: [],
    content: undefined,
  };
}
