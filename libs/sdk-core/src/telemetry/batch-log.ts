import { TELEMETRY_LIMITS } from '@guidon/protocol';

/** Longer stretches are thrown away: a server takes none that is older than an hour, and a retry needs some time too. */
const LONGEST_MS = TELEMETRY_LIMITS.ageMs / 2;

interface Counted {
  /** What was counted and is told as this number only. */
  readonly dropped: number;
}

/** Counts of one kind that not every server takes. */
export interface BatchSource<T extends Counted> {
  /** What a server says that takes them. */
  readonly word: string;
  /** A batch without any counts. */
  readonly nothing: T;
  /** Reads the counts and begins anew; `undefined` when nothing was counted. */
  readOut(): T | undefined;
  /** How much is lost with them, what they tell as dropped included. */
  sumOf(counts: T): number;
}

interface Batch<T> {
  readonly counts: T;
  readonly sequence: number;
  readonly beganMs: number;
  readonly endedMs: number;
}

/**
 * What the next report says of one kind of counts. A batch belongs to the number of the report that first carried it and stays
 * as it is in every repetition, since the server counts one batch for each number. What is counted meanwhile waits in the source.
 */
export class BatchLog<T extends Counted> {
  #batch: Batch<T> | undefined;
  /** The last number that had a batch: it gets no second one. */
  #spent = 0;
  #dropped = 0;
  /** The server said that it takes them. */
  #isTaken = false;
  #beganMs: number;

  constructor(
    private readonly source: BatchSource<T>,
    nowMs: number,
  ) {
    this.#beganMs = nowMs;
  }

  /** What the report with this number carries, if anything. */
  attempt(
    sequence: number,
    nowMs: number,
  ): (T & { readonly ageMs: number; readonly lengthMs: number }) | undefined {
    if (!this.#isTaken) return undefined;
    const kept = this.#batch;
    if (kept !== undefined && (kept.sequence !== sequence || nowMs - kept.beganMs > LONGEST_MS))
      this.#giveUp();
    if (this.#batch === undefined && this.#spent < sequence) this.#readOut(sequence, nowMs);
    const batch = this.#batch;
    if (batch === undefined) return undefined;
    const { counts, beganMs, endedMs } = batch;
    return { ageMs: Math.max(0, nowMs - endedMs), lengthMs: endedMs - beganMs, ...counts };
  }

  /** The report with the batch got through. `takes`: what the server says that the next one may hold. */
  accepted(takes: string | undefined): void {
    this.#batch = undefined;
    this.#isTaken = takes?.split(' ').includes(this.source.word) === true;
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
    if (this.#batch !== undefined) this.#dropped += this.source.sumOf(this.#batch.counts);
    this.#batch = undefined;
  }

  #readOut(sequence: number, nowMs: number): void {
    const beganMs = this.#beganMs;
    const read = this.source.readOut();
    this.#beganMs = nowMs;
    if (read === undefined && this.#dropped === 0) return;
    const isKept = read !== undefined && nowMs - beganMs <= LONGEST_MS;
    if (read !== undefined && !isKept) this.#dropped += this.source.sumOf(read);
    const told = isKept ? read : this.source.nothing;
    const dropped = Math.min(told.dropped + this.#dropped, TELEMETRY_LIMITS.count);
    this.#dropped = 0;
    this.#spent = sequence;
    this.#batch = {
      ...{ sequence, endedMs: nowMs, counts: { ...told, dropped } },
      beganMs: isKept ? beganMs : nowMs,
    };
  }
}
