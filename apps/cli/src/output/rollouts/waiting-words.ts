import type { RolloutSummary, RolloutWaitingFor } from '@guidon/protocol';
import { inDuration, timeOfDay, timeUntil } from '../instants.js';
import { printable } from '../paint.js';

export interface WaitingWords {
  /** What it waits for, to stand behind "waits for". */
  readonly words: string;
  /** How much of it is done, 0 to 1, where that can be said. */
  readonly fraction?: number;
}

const ACTS: Readonly<Record<Extract<RolloutWaitingFor, { kind: 'person' }>['act'], string>> = {
  resume: 'a person to resume it',
  acknowledge: 'a person to acknowledge the alarm',
  revive: 'a person to revive the flag',
  restart: 'a person, if it is to begin anew',
};

export function waitingWords(waitingFor: RolloutWaitingFor, nowMs: number): WaitingWords {
  switch (waitingFor.kind) {
    case 'start':
      return { words: `its start, in ${timeUntil(waitingFor.at, nowMs)}` };
    case 'propagation':
      return { words: 'every instance to have it' };
    case 'hold':
      return {
        words: `the hold, ${inDuration(waitingFor.doneMs)} of ${inDuration(waitingFor.neededMs)}`,
        fraction: share(waitingFor.doneMs, waitingFor.neededMs),
      };
    case 'evidence': {
      const { guard, done, needed } = waitingFor;
      return {
        words: guard === undefined ? 'evidence' : `evidence of ${printable(guard)}`,
        ...(done === undefined || needed === undefined ? {} : { fraction: share(done, needed) }),
      };
    }
    case 'freeze':
      return { words: `the end of the freeze, in ${timeUntil(waitingFor.until, nowMs)}` };
    case 'window':
      return {
        words:
          waitingFor.opens === undefined
            ? 'a window, and none ever opens'
            : `the next window, ${timeOfDay(waitingFor.opens, nowMs)}`,
      };
    case 'approval':
      return { words: `${printable(waitingFor.team)} to approve ${printable(waitingFor.stage)}` };
    case 'person':
      return { words: ACTS[waitingFor.act] };
    case 'nothing':
      return { words: '-' };
  }
}

/** `running at canary`, and that a kill stands over it. */
export function phaseWords({ phase, killed }: Pick<RolloutSummary, 'phase' | 'killed'>): string {
  const words = phase === 'awaiting-approval' ? 'awaiting approval' : phase.replace('-', ' ');
  return killed ? `${words}, switched off` : words;
}

export function hasEnded({ phase }: Pick<RolloutSummary, 'phase'>): boolean {
  return phase === 'completed' || phase === 'rolled-back' || phase === 'cancelled';
}

function share(done: number, needed: number): number {
  return needed > 0 ? Math.min(1, Math.max(0, done / needed)) : 1;
}
