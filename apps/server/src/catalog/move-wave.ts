import { type Candidate, contentOf, type Head, positionsOf, serveToAll } from './head.js';
import { afterWaiting, bring, type Way } from './offer-content.js';
import { type ChangePrint, remember, without } from './taken-back.js';

export type WaveMove =
  | { readonly kind: 'advance'; readonly stage: number }
  | { readonly kind: 'enlist'; readonly instances: readonly string[] }
  | { readonly kind: 'finish' }
  | { readonly kind: 'roll-back' };

/** The way is that of the change which waited behind this wave: what the project says now. */
export interface WaveOrder extends Way {
  readonly waveId: string;
  /** The stage that whoever decides saw. */
  readonly stage: number;
  readonly move: WaveMove;
  readonly reason: string;
  /** What the candidate changed, where that is known. */
  readonly print?: ChangePrint | undefined;
  /** Contents known to have all of it unchanged. */
  readonly carriers?: readonly string[];
}

export type WaveStep =
  | { readonly kind: 'moved'; readonly head: Head }
  /** Somebody moved it already, or it has ended. */
  | { readonly kind: 'stale'; readonly reason: string };

/** What a decision about a wave makes of the head: compare-and-set on the wave and its stage. */
export function moveWave(head: Head | undefined, order: WaveOrder, nowMs: number): WaveStep {
  const candidate = head?.candidate;
  if (head === undefined || candidate === undefined || candidate.wave.id !== order.waveId)
    return { kind: 'stale', reason: `The wave ${order.waveId} has ended.` };
  const { wave } = candidate;
  if (wave.stage !== order.stage)
    return { kind: 'stale', reason: `The wave ${wave.id} stands at stage ${wave.stage + 1} by now.` };
  switch (order.move.kind) {
    case 'advance':
      return advance(head, candidate, { stage: order.move.stage, nowMs });
    case 'enlist':
      return moved(withWave(head, candidate, { enlisted: [...order.move.instances] }));
    case 'finish':
      return moved(finish(head, candidate, { order, nowMs }));
    case 'roll-back':
      return moved(rollBack(head, candidate, { order, nowMs }));
  }
}

const moved = (head: Head): WaveStep => ({ kind: 'moved', head });

function advance(
  head: Head,
  candidate: Candidate,
  { stage, nowMs }: { stage: number; nowMs: number },
): WaveStep {
  const { wave } = candidate;
  if (stage <= wave.stage || stage >= wave.stages.length)
    return { kind: 'stale', reason: `The wave ${wave.id} has no stage ${stage + 1} before it.` };
  return moved(withWave(head, candidate, { stage, stageSinceMs: nowMs }));
}

function withWave(head: Head, candidate: Candidate, change: Partial<Candidate['wave']>): Head {
  return { ...head, candidate: { ...candidate, wave: { ...candidate.wave, ...change } } };
}

interface Ending {
  readonly order: WaveOrder;
  readonly nowMs: number;
}

/** Everybody gets the candidate under the generation that it has; whoever has it already notices nothing. */
function finish(head: Head, candidate: Candidate, { order, nowMs }: Ending): Head {
  const { environment, removed, waiting, held } = head;
  const { generation } = candidate;
  const kept = {
    ...(held === undefined ? {} : { held }),
    ...without(head.takenBack, [candidate.hash]),
    ...positionsOf(head),
  };
  const finished: Head = { environment, removed, generation, ...contentOf(candidate), ...kept };
  if (waiting === undefined) return finished;
  return bring(finished, afterWaiting(waiting, order), nowMs);
}

/** Those who had the candidate must see a higher generation, so everybody gets the stable content under a new one. */
function rollBack(head: Head, candidate: Candidate, { order, nowMs }: Ending): Head {
  const { waiting, held } = head;
  const { reason, print, carriers = [] } = order;
  const failed = { hash: candidate.hash, reason, ...(print === undefined ? {} : { print }) };
  const back: Head = {
    ...serveToAll(head, head),
    ...(held === undefined ? {} : { held }),
    takenBack: remember(head.takenBack, failed),
  };
  const isSame = waiting !== undefined && carriers.includes(waiting.hash);
  // The change that waited may be the very fix, unless all that failed is in it.
  if (waiting !== undefined && !isSame) return bring(back, afterWaiting(waiting, order), nowMs);
  // A held revision is newer than what failed and contains it; it waits for a person anyway.
  if (held !== undefined) return back;
  const content = contentOf(isSame ? waiting : candidate);
  return {
    ...back,
    held: { ...content, why: 'rolled-back', sentences: [reason], sinceMs: nowMs, again: [candidate.hash] },
  };
}
