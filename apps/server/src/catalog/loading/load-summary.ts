import type { LoadResult } from '@guidon/engine/load';
import type { Finding } from '@guidon/engine/model';
import { type LoadSummary, MOST_FINDINGS } from './load-messages.js';

/** What is told of a load besides its content; of very many findings the errors first. */
export function summaryOf(result: LoadResult): Omit<LoadSummary, 'content'> {
  const rank = (finding: Finding): number => (finding.severity === 'error' ? 0 : 1);
  const findings =
    result.findings.length <= MOST_FINDINGS
      ? result.findings
      : [...result.findings].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FINDINGS);
  const { state, frozen, holds, doubts, wanted } = result;
  return { state, findings, findingCount: result.findings.length, frozen, holds, doubts, wanted };
}
