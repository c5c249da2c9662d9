import type { RolloutSummary } from '@guidon/protocol';
import { age } from '../instants.js';
import { paintFor } from '../paint.js';
import { count, formatTable } from '../table.js';
import { summaryBar } from './stage-bar.js';
import { phaseWords, waitingWords } from './waiting-words.js';

/** Who waits for a person comes first, what is over last. */
const ORDER: readonly RolloutSummary['phase'][] = [
  ...(['rolling-back', 'awaiting-approval', 'paused', 'running', 'scheduled'] as const),
  ...(['rolled-back', 'completed', 'cancelled'] as const),
];
const HEADINGS = ['flag', 'environment', 'phase', 'stages', 'percent', 'waits for', 'since'];

export function drawList(
  rollouts: readonly RolloutSummary[],
  { nowMs, command }: { readonly nowMs: number; readonly command: string },
): string {
  if (rollouts.length === 0) return 'No flag has a rollout there.\n';
  // Escape sequences would count as columns of the table.
  const plain = paintFor(false);
  const rows = [...rollouts]
    .sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase))
    .map((rollout) => [
      rollout.flag,
      rollout.environment,
      phaseWords(rollout),
      summaryBar(rollout, plain),
      `${rollout.percent} %`,
      waitingWords(rollout.waitingFor, nowMs).words,
      `${age(rollout.since, nowMs)} ago`,
    ]);
  const hint = `${count(rollouts.length, 'rollout')}. More of one: ${command} rollouts show <flag> --env <environment>`;
  return `${formatTable(HEADINGS, rows)}\n${hint}\n`;
}
