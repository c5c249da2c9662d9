import type { Seat, SeatedAnswer } from '@guidon/engine/compile';
import type { Evaluation } from '@guidon/engine/model';
import { type AnswerCell, TELEMETRY_LIMITS } from '@guidon/protocol';

interface Listing extends Omit<AnswerCell, 'count'> {
  readonly seat: Seat;
}

export interface AnswerTally {
  readonly cells: readonly AnswerCell[];
  /** Answers for which there was no cell left. */
  readonly dropped: number;
}

/**
 * How often each flag gave each answer. The engine hands out one object for each answer that a flag can give, with a seat to
 * count it at, so an answer that was given before costs one addition, and nothing is looked up or allocated.
 */
export class AnswerCounters {
  /** Seats that are counted at, each once; those of the view in use only, see `forget`. */
  #listed: Listing[] = [];
  /** What was counted at seats of earlier views. */
  readonly #earlier = new Map<string, AnswerCell>();
  #dropped = 0;

  constructor(private readonly limit: number = TELEMETRY_LIMITS.answers) {}

  /** Answers without a variant have no seat: they are counted as errors, and keys that are no flag's would have no end. */
  count(flag: string, answer: Evaluation): void {
    const { seat } = answer as Partial<SeatedAnswer>;
    if (seat === undefined) return;
    if (seat.isListed) seat.count += 1;
    else this.#list(flag, answer, seat);
  }

  /** Another view is about to come into use: its answers are other objects, and the earlier ones must not be kept alive. */
  forget(): void {
    for (const { seat, ...name } of this.#listed) {
      if (seat.count > 0) this.#keep({ ...name, count: seat.count });
      seat.count = 0;
      seat.isListed = false;
    }
    this.#listed = [];
  }

  /** Reads the counts and begins anew; `undefined` when nothing was counted. */
  readOut(): AnswerTally | undefined {
    // When full, all are listed anew: otherwise those who came first would keep their cells for ever.
    if (this.#listed.length >= this.limit) this.forget();
    for (const { seat, ...name } of this.#listed) {
      if (seat.count > 0) this.#keep({ ...name, count: seat.count });
      seat.count = 0;
    }
    const cells = [...this.#earlier.values()];
    const dropped = this.#dropped;
    this.#earlier.clear();
    this.#dropped = 0;
    return cells.length === 0 && dropped === 0 ? undefined : { cells, dropped };
  }

  #list(flag: string, { variant, reason, ruleId }: Evaluation, seat: Seat): void {
    if (variant === undefined || this.#listed.length >= this.limit) {
      this.#dropped += 1;
      return;
    }
    seat.isListed = true;
    seat.count = 1;
    this.#listed.push({ flag, variant, ...(ruleId === undefined ? {} : { rule: ruleId }), reason, seat });
  }

  #keep(cell: AnswerCell): void {
    const { flag, variant, rule = '', reason, count } = cell;
    const name = `${flag} ${variant} ${rule} ${reason}`;
    const before = this.#earlier.get(name)?.count ?? 0;
    if (before === 0 && this.#earlier.size >= this.limit) this.#dropped += count;
    else this.#earlier.set(name, { ...cell, count: before + count });
  }
}
