import { count } from '../output/table.js';
import { instant } from './figures.js';
import type { UsageUsed } from './plan-document.js';

/** What was estimated from, and what such an estimate is worth, in sentences. */
export function usageWords({ server, environments }: UsageUsed): string[] {
  const covered = environments.flatMap(({ environment, covered, dropped }) => {
    if (covered === null) return [];
    const { from, to, instances } = covered;
    const untold = dropped === 0 ? '' : `, ${dropped} evaluations more without saying of what`;
    return [
      `${environment} ${instant(Date.parse(from))} to ${instant(Date.parse(to))}, ${count(instances, 'instance')}${untold}`,
    ];
  });
  return [
    covered.length === 0
      ? `The server at ${server} has no counts yet.`
      : `Estimated from what SDKs counted for ${server}: ${covered.join('; ')}.`,
    'Evaluations are not users: who asks often counts often. The range is the 95 % Wilson interval, as if each evaluation stood for itself, so it is narrower than the truth; it is assumed that nobody is in two rules and that the next hours ask like the last.',
  ];
}
