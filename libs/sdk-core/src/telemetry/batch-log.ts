import { type AnswerCounts, TAKES_ANSWERS, TELEMETRY_LIMITS } from '@guidon/protocol';
import type { AnswerCounters, AnswerTally } from './answer-counters.js';

/** Longer stretches are thrown away: a server takes none that is older than an hour, and a retry needs some time too. */
const LONGEST_MS = TELEMETRY_LIMITS.ageMs / 2;

interface Batch extends AnswerTally {
  readonly sequence: number;
  readonly beganMs: number;
  readonly endedMs: number;
}

/**
 * What the next report says of answers. A batch belongs to the number of the report that first carried it and stays as it is
 * in every repetition, since the server counts one batch for each number. What is counted meanwhile waits in the counters.
 */
export class AnswerLog {
  #batch: Batch | undefined;
  /** The last number that had a batch: it gets no second one. */
  #spent = 0;
  #dropped = 0;
  /** The server said that it takes them. */
  #isTaken = false;
  #beganMs: number;

  constructor(
    private readonly counters: AnswerCounters,
    nowMs: number,
  ) {
    this.#beganMs = nowMs;
  }

  /** What the report with this number carries, if anything. */
  attempt(sequence: number, nowMs: number): AnswerCounts | undefined {
    if (!this.#isTaken) return undefined;
    const kept = this.#batch;
    if (kept !== undefined && (kept.sequence !== sequence || nowMs - kept.beganMs > LONGEST_MS))
      this.#giveUp();
    if (this.#batch === undefined && this.#spent < sequence) this.#readOut(sequence, nowMs);
    const batch = this.#batch;
    if (batch === undefined) return undefined;
    const { cells, dropped, beganMs, endedMs } = batch;
    return { ageMs: Math.max(0, nowMs - endedMs), lengthMs: endedMs - beganMs, cells, dropped };
  }

  /** The report with the batch got through. `takes`: what the server says that the next one may hold. */
  accepted(takes: string | undefined): void {
    this.#batch = undefined;
    this.#isTaken = takes?.split(' ').includes(TAKES_ANSWERS) === true;
  }

  /** The report was refused: the next attempt goes without. Says whether there was a batch that may have been the reason. */
  refused(): boolean {
    const hadBatch = this.#batch !== undefined;
    this.#giveUp();
    this.#isTaken = false;
    return hadBatch;
  }

  /** Throws the batch away, and remembers how much. It may have got through, so it is not sent under another number. */
  #giveUp(): void {
    if (this.#batch !== undefined) this.#drop(this.#batch);
    this.#batch = undefined;
  }

  #readOut(sequence: number, nowMs: number): void {
    const beganMs = this.#beganMs;
    const tally = this.counters.readOut();
    this.#beganMs = nowMs;
    if (tally === undefined && this.#dropped === 0) return;
    if (tally !== undefined && nowMs - beganMs > LONGEST_MS) this.#drop(tally);
    const isKept = tally !== undefined && nowMs - beganMs <= LONGEST_MS;
    const { cells, dropped } = isKept ? tally : { cells: [], dropped: 0 };
    const sum = Math.min(dropped + this.#dropped, TELEMETRY_LIMITS.count);
    this.#dropped = 0;
    this.#spent = sequence;
    this.#batch = { sequence, cells, dropped: sum, beganMs: isKept ? beganMs : nowMs, endedMs: nowMs };
  }

  #drop({ cells, dropped }: AnswerTally): void {
    this.#dropped += cells.reduce((sum, { count }) => sum + count, dropped);
  }
}
