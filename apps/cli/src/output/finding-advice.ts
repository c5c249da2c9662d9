import type { Finding } from '@guidon/engine/model';
import { FINDING_CODES, type FindingCodeEntry } from '@guidon/engine/schema';

const CODES: { readonly [code: string]: FindingCodeEntry } = FINDING_CODES;

/** What is known of a code; nothing for one of a newer server. */
export function entryOf(code: string): FindingCodeEntry | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

/** How to mend a finding: its own words where it has some, else those of its code. */
export function fixOf(finding: Pick<Finding, 'code' | 'fix'>): string | undefined {
  return finding.fix ?? entryOf(finding.code)?.fix;
}
