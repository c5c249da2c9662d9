import type { Person } from '@guidon/policy/permissions';
import type { RolloutApproval, RolloutEvent } from '@guidon/policy/rollout';
import type { RolloutAct } from '@guidon/protocol';
import { DomainError } from '../kernel/problem/index.js';
import { termsInFile } from './follow-git.js';
import type { RolloutObserver, RolloutRead } from './rollout-observer.js';

/** What a person asked for, checked for its form. */
export interface AskedAct {
  readonly reason: string;
  readonly stage?: string | undefined;
  readonly planHash?: string | undefined;
}

export interface ActsParts {
  readonly observer: RolloutObserver;
  readonly live: Parameters<typeof termsInFile>[0];
  readonly makeId: () => string;
}

/** Makes an act an event of the machine, with what it has to be judged by. */
export class RolloutActs {
  constructor(private readonly parts: ActsParts) {}

  async eventOf(
    act: RolloutAct,
    asked: AskedAct,
    {
      read,
      by,
      person,
    }: { readonly read: RolloutRead; readonly by: string; readonly person: Person | undefined },
  ): Promise<RolloutEvent> {
    const { observer } = this.parts;
    const { reason, stage, planHash } = asked;
    const about = { by, reason };
    const seen = () => observer.conditions(read.row.environment, read.isKilled);
    switch (act) {
      case 'pause':
      case 'roll-back':
      case 'cancel':
      case 'acknowledge':
        return { kind: act, ...about };
      case 'resume': {
        const named = {
          ...(stage === undefined ? {} : { stage }),
          ...(planHash === undefined ? {} : { planHash }),
        };
        return { kind: act, ...about, ...named, seen: seen() };
      }
      case 'advance':
        return { kind: act, ...about, seen: (await observer.observe(read)).seen };
      case 'approve':
        return { kind: act, ...about, approval: this.approvalOf(read, person, stage ?? '') };
      case 'restart': {
        const { terms, blob } = termsInFile(this.parts.live, read.row) ?? {};
        const { state } = read.row;
        const file = blob === undefined || blob === state.file.blob ? state.file : { ...state.file, blob };
        return { kind: act, ...about, seen: seen(), terms: terms ?? state.terms, file };
      }
    }
  }

  private approvalOf({ row }: RolloutRead, person: Person | undefined, stage: string): RolloutApproval {
    if (person === undefined)
      throw new DomainError('not-permitted', {
        detail: 'Only a person can agree to a stage: use a key of your own, not the break-glass key.',
      });
    const { terms, epochMs, file } = row.state;
    return {
      ...{ id: this.parts.makeId(), by: person.email, teams: person.teams, stage },
      ...{ planHash: terms.planHash, epochMs, blob: file.blob },
    };
  }
}
