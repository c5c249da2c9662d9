import {
  affectedFlags,
  affectedSegments,
  estimateMoves,
  type MovesEstimate,
  type Unknown,
} from '@guidon/engine/impact';
import { resolve } from '@guidon/engine/resolve';
import type { Sides } from './change-words.js';
import { measuredPercent } from './figures.js';
import type { EstimatedMoves, MeasuredShare, UsageUsed } from './plan-document.js';
import type { UsageAnswer } from './read-usage.js';
import { rounded } from './shift-words.js';
import { type Traffic, trafficIn } from './traffic.js';

/** By environment, then by flag; only flags that can answer differently and of which there are counts. */
export type Estimated = ReadonlyMap<string, ReadonlyMap<string, MovesEstimate>>;

/** Applies a change to what a server counted, in each environment. */
export function estimateFromUsage(
  { before, after }: Sides,
  answer: UsageAnswer,
  environments: readonly string[],
): { readonly estimated: Estimated; readonly usage: UsageUsed; readonly traffic?: Traffic } {
  const { server } = answer;
  const about = { server, interval: 'wilson-95' as const };
  if ('trouble' in answer)
    return {
      estimated: new Map(),
      usage: { ...about, hours: 0, trouble: answer.trouble, environments: [], notes: [] },
    };
  const notes: string[] = [];
  const estimated = new Map<string, ReadonlyMap<string, MovesEstimate>>();
  for (const environment of environments) {
    const [old, now] = [before, after].map((one) => resolve(one, [], environment, 'plan'));
    const flags = affectedFlags(old!, now!);
    const affected = { segments: affectedSegments(old!, now!), flags: new Set(flags) };
    const counted = answer.usage.environments.find((one) => one.environment === environment)?.answers ?? [];
    const found = new Map<string, MovesEstimate>();
    const silent: string[] = [];
    for (const key of flags) {
      const [from, to] = [before.flags.get(key), after.flags.get(key)];
      if (from === undefined || to === undefined) continue;
      const counts = counted.filter(({ flag }) => flag === key);
      // A flag does not ask for itself; what it asks for is what matters here.
      const others = { ...affected, flags: new Set(flags.filter((one) => one !== key)) };
      const one = estimateMoves({ before: from, after: to }, environment, { counts, affected: others });
      if (one === undefined) silent.push(key);
      else found.set(key, one);
    }
    estimated.set(environment, found);
    if (silent.length > 0) notes.push(silenceNote(silent, environment));
  }
  const told = answer.usage.environments.filter(({ environment }) => environments.includes(environment));
  const covered = told.map(({ answers: _, covered, ...one }) => ({ ...one, covered }));
  return {
    estimated,
    traffic: trafficIn(answer.usage),
    usage: { ...about, hours: answer.usage.hours, trouble: null, environments: covered, notes },
  };
}

function silenceNote(flags: readonly string[], environment: string): string {
  const names =
    flags.length > 5 ? `${flags.slice(0, 5).join(', ')} and ${flags.length - 5} more` : flags.join(', ');
  return `There are no counts of ${names} in ${environment}, so nothing is estimated there: nobody asked, or by an SDK that does not count by rule and variant.`;
}

export function estimatedMoves({
  evaluations,
  changed,
  pairs,
  atMost,
  unknowns,
}: MovesEstimate): EstimatedMoves {
  const share = ({ share, low, high }: MovesEstimate['changed']): MeasuredShare => ({
    percent: rounded(share * 100),
    low: rounded(low * 100),
    high: rounded(high * 100),
  });
  return {
    evaluations,
    changed: share(changed),
    pairs: pairs.map(({ from, to, ...one }) => ({ from, to, ...share(one) })),
    atMost: rounded(atMost * 100),
    unknowns: unknowns.map((one) => unknownWords(one, evaluations)),
  };
}

function unknownWords(unknown: Unknown, evaluations: number): string {
  switch (unknown.kind) {
    case 'condition-changed':
      return `whom the condition of rule ${unknown.rule} takes now`;
    case 'rule-added':
      return `how many the new rule ${unknown.rule} takes`;
    case 'order-changed':
      return 'what the new order of the rules does to those who are in two of them';
    case 'requirement-changed':
      return 'for whom the flags that it requires are so now';
    case 'rollout-changed':
      return 'how far the rollout that changes has come';
    default: {
      const { kind } = unknown;
      const why = {
        killed: 'while it was killed',
        failed: 'in error',
        'another-version': 'by rules of another version',
      };
      const part = (unknown.evaluations / (unknown.evaluations + evaluations)) * 100;
      return `what ${measuredPercent(part)} of the evaluations say, which were answered ${why[kind]}`;
    }
  }
}
