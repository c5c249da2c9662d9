import { moveWave, type WaveEffect } from '@guidon/policy/waves';
import type { WaveDocument, WaveMoveDocument } from '@guidon/protocol';
import type { Clock } from '../kernel/clock/index.js';
import { isOutage } from '../kernel/database/index.js';
import { expectsMatch, preconditionFailed, requireMatch, type Standing } from '../kernel/http/index.js';
import type { Once } from '../kernel/idempotency/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { type SilentStream, type UsageStore, WINDOWS_KEPT_MS } from '../usage/index.js';
import { assessWave, stateOf, type WaveAssessment } from './assess-wave.js';
import { WORKER } from './catalog-board.js';
import { traceLook } from './trace-look.js';
import type { MoveReason, RunningWave, WaveBoard, WaveMove } from './wave-board.js';
import { WaveMemories } from './wave-memory.js';
import { waveStanding } from './wave-standing.js';

export interface WavesParts {
  readonly board: WaveBoard;
  readonly usage: Pick<UsageStore, 'flush' | 'instances' | 'counts'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this process is the one that moves waves. */
  readonly isLeader: () => boolean;
  /** Who holds a stream and reports nothing; absent: only who reports is known. */
  readonly silence?: WaveSilence | undefined;
}

export interface WaveSilence {
  /** Looks for them at this server, whether it leads or not. */
  look(waves: readonly RunningWave[]): Promise<void>;
  /** In an environment, as all servers know it. */
  of(environment: string): Promise<readonly SilentStream[]>;
}

/** A person who moves a wave. */
export interface ByHand {
  readonly reason: string;
  readonly actor: string;
  readonly stage?: number | undefined;
  readonly requestId?: string;
  readonly once?: Once<WaveMoveDocument>;
}

/** Judges the waves that run and moves them, by itself or because a person says so. */
export class Waves {
  readonly #memories = new WaveMemories();
  readonly #troubled = new Set<string>();

  constructor(private readonly parts: WavesParts) {}

  /** Looks at every running wave once. Never throws: a wave that cannot be judged stays where it is. */
  async look(): Promise<void> {
    const running = this.parts.board.running();
    // Every replica remembers which generations a wave had, so that whoever leads next knows them.
    this.#memories.see(running);
    await this.#attempt('', UNSEEN, async () => this.parts.silence?.look(running));
    if (!this.parts.isLeader()) return;
    for (const wave of running)
      await this.#attempt(wave.waveId, UNJUDGED, () => traceLook(wave, () => this.#lookAt(wave)));
  }

  async #attempt(wave: string, sentence: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#troubled.delete(wave);
    } catch (error) {
      // Said once, not every few seconds of an outage.
      const level = this.#troubled.has(wave) || isOutage(error) ? 'debug' : 'warn';
      this.#troubled.add(wave);
      this.parts.log[level]({ err: error, wave }, sentence);
    }
  }

  /** The running waves with what is thought of them now. */
  list(): Promise<readonly WaveDocument[]> {
    return Promise.all(
      this.parts.board.running().map(async (wave) => toDocument(await this.#assessOrHold(wave))),
    );
  }

  async get(waveId: string): Promise<WaveDocument> {
    return toDocument(await this.#assessOrHold(this.#running(waveId)));
  }

  #running(waveId: string): RunningWave {
    const wave = this.parts.board.running().find((one) => one.waveId === waveId);
    if (wave !== undefined) return wave;
    throw new DomainError('wave-not-found', { detail: `No wave ${waveId} is running.` });
  }

  /** Where a wave runs; nowhere when it is over. */
  environmentsOf(waveId: string): readonly string[] {
    const running = this.parts.board.running().filter((one) => one.waveId === waveId);
    return running.map(({ environment }) => environment);
  }

  /** Moves a wave because a person says so. Throws when it is not there, or not where the person saw it. */
  async moveByHand(waveId: string, kind: 'advance' | 'roll-back', by: ByHand): Promise<WaveMoveDocument> {
    const wave = this.#running(waveId);
    requireMatch(waveStanding(wave));
    if (by.stage !== undefined && by.stage !== wave.stage) throw moved(waveId, by.stage);
    const { evidence } = await this.#assessOrHold(wave);
    const { effect } = moveWave(stateOf(wave), { kind, reason: by.reason }, this.parts.clock.nowMs());
    const move = toMove(effect) as WaveMove;
    const answer = moveDocument(wave, move);
    const { once, reason, actor, requestId } = by;
    const around: MoveReason['around'] = (manager, { write }) =>
      once === undefined ? write() : once.in(manager, () => write().then(() => answer));
    const outcome = await this.parts.board.move(wave, move, { reason, evidence, actor, requestId, around });
    // Compared with what stands there in the transaction of the move: of two at once the second comes here.
    if (outcome === 'stale' && expectsMatch()) throw preconditionFailed(this.#standingNow(wave));
    if (outcome === 'stale') throw moved(waveId, wave.stage);
    return answer;
  }

  #standingNow(wave: RunningWave): Standing {
    const found = this.parts.board.running().find(({ waveId }) => waveId === wave.waveId);
    return found === undefined ? { ...waveStanding(wave), now: 'has ended' } : waveStanding(found);
  }

  async #lookAt(wave: RunningWave): Promise<void> {
    const { board, log } = this.parts;
    const { effect, decision, evidence, admit } = await this.#assess(wave);
    if (!this.parts.isLeader()) return;
    if (admit !== undefined) await board.admit?.(wave, admit);
    const move = toMove(effect);
    if (move === undefined) return;
    const why = decision.reason;
    if ((await board.move(wave, move, { reason: why, evidence, actor: WORKER })) === 'stale') return;
    const fields = { wave: wave.waveId, environment: wave.environment, stage: wave.stage, why };
    if (move.kind === 'roll-back') log.warn(fields, 'a wave was rolled back');
    else log.info({ ...fields, move: move.kind }, 'a wave moved on');
  }

  async #assess(wave: RunningWave): Promise<WaveAssessment> {
    const { usage, clock } = this.parts;
    await usage.flush();
    const nowMs = clock.nowMs();
    const sinceMs = Math.max(wave.startedAtMs, nowMs - WINDOWS_KEPT_MS);
    const instances = await usage.instances(wave.environment);
    const counts = await usage.counts(wave.environment, sinceMs);
    const silent = (await this.parts.silence?.of(wave.environment)) ?? [];
    const usageNow = { instances, silent, nowMs, ...counts };
    return assessWave(wave, usageNow, { memory: this.#memories.of(wave), nowMs });
  }

  /** What can be said with the database away, too. */
  async #assessOrHold(wave: RunningWave): Promise<WaveAssessment> {
    try {
      return await this.#assess(wave);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const reason = `What the instances reported cannot be read, so the wave holds: ${error.message}`;
      return {
        wave,
        members: { candidate: 0, adopted: 0, control: 0 },
        decision: { decision: 'hold', cause: 'no-data', reason },
        evidence: { instances: [], signals: {} },
        effect: { kind: 'none' },
      };
    }
  }
}

const UNSEEN = 'instances that hold a stream and report nothing cannot be looked for';
const UNJUDGED = 'a wave cannot be judged and stays where it is';

function moved(waveId: string, stage: number): DomainError {
  return new DomainError('wave-moved', {
    detail: `Wave ${waveId} is not at stage ${stage} any more; nothing was changed.`,
  });
}

function moveDocument({ waveId: id, environment }: RunningWave, move: WaveMove): WaveMoveDocument {
  const document = { id, environment, moved: move.kind };
  return move.kind === 'advance' ? { ...document, stage: move.stage } : document;
}

function toMove(effect: WaveEffect): WaveMove | undefined {
  return effect.kind === 'none' || effect.kind === 'begin' ? undefined : effect;
}

function toDocument({ wave, members, decision, evidence }: WaveAssessment): WaveDocument {
  const { waveId: id, environment, candidate, stable, stage, stages } = wave;
  return {
    id,
    environment,
    candidate,
    stable,
    stage,
    stages,
    startedAt: new Date(wave.startedAtMs).toISOString(),
    stageSince: new Date(wave.stageSinceMs).toISOString(),
    members,
    decision: decision.decision,
    cause: decision.cause,
    reason: decision.reason,
    evidence,
  };
}
