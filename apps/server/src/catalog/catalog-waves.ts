import { freezeAt } from '@guidon/engine/diff';
import type { EntityManager } from 'typeorm';
import type { CatalogService } from './catalog.service.js';
import type { Content, Head, WaveState } from './head.js';
import { contentOf, headSummary } from './head.js';
import type { HeadMover, MoveEvent, MoveSteps } from './head-mover.js';
import type { LiveCatalog } from './live.js';
import { moveWave, type WaveMove, type WaveOrder } from './move-wave.js';
import type { NewestContent } from './newest-content.js';
import { stagesOf } from './stages-of.js';
import { carries, printOf } from './taken-back.js';

export interface ServedContent extends Content {
  readonly generation: number;
  /** Of what clients get: with the positions of rollouts laid over it. */
  readonly servedHash: string;
}

/** A wave as this replica knows it. */
export interface WaveUnderWay {
  readonly environment: string;
  readonly wave: WaveState;
  readonly stable: ServedContent;
  readonly candidate: ServedContent;
}

export interface WaveDecisionMade {
  readonly move: WaveMove;
  readonly reason: string;
  /** What the decision rests on, for the audit entry. */
  readonly evidence: unknown;
  readonly actor: string;
  readonly requestId?: string | undefined;
  readonly around?: MoveSteps['around'];
}

export interface CatalogWavesParts {
  readonly catalog: Pick<CatalogService, 'knownHeads' | 'refresh'>;
  readonly live: Pick<LiveCatalog, 'snapshot' | 'current' | 'candidate'>;
  readonly mover: Pick<HeadMover, 'move'>;
  readonly newest: Pick<NewestContent, 'get'>;
}

/** Waves that run, and moving them: what is decided elsewhere becomes a head, an audit entry and a signal here. */
export class CatalogWaves {
  constructor(private readonly parts: CatalogWavesParts) {}

  running(): readonly WaveUnderWay[] {
    return this.parts.catalog.knownHeads().flatMap((head) => {
      const { environment, candidate } = head;
      if (candidate === undefined || head.removed) return [];
      const stable = this.served(environment, head);
      return [{ environment, wave: candidate.wave, stable, candidate: this.served(environment, candidate) }];
    });
  }

  private served(environment: string, content: Content & { generation: number }): ServedContent {
    const { live } = this.parts;
    const served = [live.current(environment), live.candidate(environment)?.live];
    const same = served.find((it) => it?.generation === content.generation);
    return { ...contentOf(content), generation: content.generation, servedHash: same?.hash ?? content.hash };
  }

  /** Compare-and-set on the wave and its stage. With a fence only whoever still leads may move it. */
  async move(
    running: WaveUnderWay,
    made: WaveDecisionMade,
    fence?: (manager: EntityManager) => Promise<void>,
  ): Promise<'moved' | 'stale'> {
    const { mover, catalog, live } = this.parts;
    const { environment, wave } = running;
    const project = live.snapshot()?.project;
    const order = {
      ...{ waveId: wave.id, stage: wave.stage, move: made.move, reason: made.reason },
      stages: project === undefined ? [] : stagesOf(project, environment),
      ...(made.move.kind === 'roll-back' ? this.whatFails(running) : {}),
    };
    const decision = await mover.move(
      (heads, nowMs) => {
        const head = heads.find((one) => one.environment === environment);
        const freeze = project === undefined ? undefined : freezeAt(project, environment, nowMs);
        const step = moveWave(head, { ...order, freeze }, nowMs);
        if (step.kind === 'stale') return { kind: 'nothing', reason: step.reason };
        return { kind: 'change', heads: [step.head], event: auditEvent(order.waveId, made, step.head) };
      },
      { fence, around: made.around },
    );
    await catalog.refresh();
    return decision.kind === 'change' ? 'moved' : 'stale';
  }

  /** From memory alone, since calling a wave back waits for nothing. */
  private whatFails({ environment, stable, candidate }: WaveUnderWay): Pick<WaveOrder, 'print' | 'carriers'> {
    const { live, newest } = this.parts;
    const [before, after] = [live.current(environment), live.candidate(environment)?.live];
    if (before?.content.hash !== stable.hash || after?.content.hash !== candidate.hash) return {};
    const print = printOf(before.content.ruleset, after.content.ruleset);
    const waiting = newest.get(environment);
    if (print === undefined || waiting === undefined) return { print };
    return { print, carriers: carries(waiting.ruleset, print) ? [waiting.hash] : [] };
  }
}

const ACTIONS = {
  advance: 'wave.advance',
  enlist: 'wave.enlist',
  finish: 'wave.finish',
  'roll-back': 'wave.roll-back',
} as const;

function auditEvent(
  wave: string,
  { move, reason, evidence, actor, requestId }: WaveDecisionMade,
  head: Head,
): MoveEvent {
  return {
    ...{ action: ACTIONS[move.kind], actor, reason },
    subject: { wave, evidence, now: headSummary(head) },
    environments: [head.environment],
    commit: head.candidate?.revision ?? head.revision,
    ...(requestId === undefined ? {} : { requestId }),
  };
}
