import type { Severity } from '../model/index.js';

export interface FindingCodeEntry {
  readonly severity: Severity;
  readonly title: string;
  /** One sentence: what goes wrong when this passes. */
  readonly why: string;
  /** One sentence: how to mend it. */
  readonly fix: string;
  /** Time alone can cause it: a warning in the server, an error under `guidon lint --strict`. */
  readonly timeCaused?: true;
}

/** An entry that freezes the file. */
export function error(title: string, why: string, fix: string): FindingCodeEntry {
  return { severity: 'error', title, why, fix };
}

export function warning(title: string, why: string, fix: string): FindingCodeEntry {
  return { severity: 'warning', title, why, fix };
}
