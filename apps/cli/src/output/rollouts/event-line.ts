import type { RolloutEventDocument } from '@guidon/protocol';
import { timeOfDay } from '../instants.js';
import { printable } from '../paint.js';

/** `14:02:10Z  staff → canary, by the controller: held for 15 minutes.` */
export function eventLine(event: RolloutEventDocument, nowMs: number): string {
  const { at, actor, cause } = event;
  return `${timeOfDay(at, nowMs)}  ${whereTo(event)}, by ${printable(shortCommit(actor))}: ${printable(cause)}`;
}

/** A commit is told as Git tells it to people. */
function shortCommit(actor: string): string {
  return actor.replace(/^commit ([0-9a-f]{10})[0-9a-f]{30}$/, 'commit $1');
}

/** From where to where; a phase is told only where it is another one. */
export function whereTo({ from, to, transition }: RolloutEventDocument): string {
  if (from === undefined) return at(to);
  if (from.phase !== to.phase) return `${from.phase} → ${at(to)}`;
  if (from.stageId !== to.stageId) return `${name(from.stageId)} → ${name(to.stageId)}`;
  return printable(transition);
}

/** What guards said at a transition that was not all well, one sentence each, unless the cause says it already. */
export function evidenceSentences({ evidence = {}, cause }: RolloutEventDocument): string[] {
  return Object.entries(evidence).flatMap(([guard, said]) => {
    const { reason, verdict } = Object(said) as { readonly reason?: unknown; readonly verdict?: unknown };
    const isTold = verdict === 'fail' || verdict === 'error';
    if (!isTold || typeof reason !== 'string' || cause.includes(reason)) return [];
    return [`${printable(guard)} ${verdict}: ${printable(reason)}`];
  });
}

function at({ phase, stageId }: RolloutEventDocument['to']): string {
  const isPlaced = stageId !== undefined && phase !== 'completed' && phase !== 'cancelled';
  return isPlaced ? `${phase} at ${printable(stageId)}` : phase;
}

function name(stageId: string | undefined): string {
  return stageId === undefined ? 'nobody' : printable(stageId);
}
