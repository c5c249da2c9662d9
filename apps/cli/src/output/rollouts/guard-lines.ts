import type { RolloutDocument, RolloutGuardDocument } from '@guidon/protocol';
import { wrapText } from '../fit-lines.js';
import { type Paint, printable } from '../paint.js';
import { progressBar } from './progress-bar.js';

/** How far a guard is from its alarm or from its proof. */
export interface GuardProgress {
  readonly toward: 'alarm' | 'proof';
  readonly fraction: number;
  readonly callsToGo?: number;
}

/** Reads the numbers of a guard, of which nobody promises which are there. */
export function guardProgress({
  evidence,
}: Pick<RolloutGuardDocument, 'evidence'>): GuardProgress | undefined {
  const proof = evidence.proof as { readonly [name: string]: unknown } | undefined;
  const proved = fractionOf(proof?.logEvidence, proof?.provedAt);
  if (proved !== undefined) {
    const callsToGo = proof?.callsToGo;
    return {
      ...{ toward: 'proof', fraction: proof?.isProven === true ? 1 : Math.min(0.99, proved) },
      ...(typeof callsToGo === 'number' ? { callsToGo } : {}),
    };
  }
  const alarmed = fractionOf(evidence.highest ?? evidence.logEvidence, evidence.alarmAt);
  return alarmed === undefined ? undefined : { toward: 'alarm', fraction: alarmed };
}

/** Two or more lines for each guard: verdict and bar, then the sentence. */
export function guardLines(
  { guards }: Pick<RolloutDocument, 'guards'>,
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): string[] {
  const widest = Math.max(0, ...guards.map(({ id }) => printable(id).length));
  return guards.flatMap((guard) => [
    `  ${printable(guard.id).padEnd(widest)}  ${verdictColour(guard, paint)(guard.verdict.padEnd(12))}  ${barOf(guard, paint)}`.trimEnd(),
    ...wrapText(printable(guard.reason), columns, '    ').map((line) => paint.dim(line)),
  ]);
}

function barOf(guard: RolloutGuardDocument, paint: Paint): string {
  const acts = guard.onAlarm === 'rollback' ? 'rolls back' : 'pauses';
  const progress = guardProgress(guard);
  if (progress === undefined) return paint.dim(`an alarm ${acts}`);
  const { toward, fraction, callsToGo } = progress;
  const bar = progressBar(fraction, 10);
  if (toward === 'alarm') return `${fraction >= 1 ? paint.red(bar) : bar} of an alarm, which ${acts}`;
  const togo = callsToGo === undefined || callsToGo <= 0 ? '' : `, ~${inThousands(callsToGo)} calls to go`;
  return `${fraction >= 1 ? paint.green(bar) : bar} of the proof${togo}`;
}

function verdictColour({ verdict }: RolloutGuardDocument, paint: Paint): (text: string) => string {
  if (verdict === 'pass') return paint.green;
  return verdict === 'inconclusive' ? paint.yellow : paint.red;
}

function fractionOf(done: unknown, needed: unknown): number | undefined {
  if (typeof done !== 'number' || typeof needed !== 'number' || !(needed > 0)) return undefined;
  return Math.min(1, Math.max(0, done / needed));
}

function inThousands(amount: number): string {
  return String(Math.round(amount)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
