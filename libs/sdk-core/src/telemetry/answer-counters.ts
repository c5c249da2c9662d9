import type { Evaluation } from '@guidon/engine/model';
import { type AnswerCell, TELEMETRY_LIMITS } from '@guidon/protocol';

interface Cell extends Omit<AnswerCell, 'count'> {
  count: number;
}

export interface AnswerTally {
  readonly cells: readonly AnswerCell[];
  /** Answers for which there was no cell left. */
  readonly dropped: number;
}

/**
 * How often each flag gave each answer. The engine hands out one frozen object for each answer that a flag can give, so an
 * answer that was given before costs one look-up by identity and one addition, and nothing is allocated.
 */
export class AnswerCounters {
  /** By the answer itself. Holds answers of the view in use only, see `forget`. */
  readonly #byAnswer = new Map<Evaluation, Cell>();
  readonly #byName = new Map<string, Cell>();
  /** For all answers that got no cell of their own. */
  readonly #rest: Cell = { flag: '', variant: '', reason: 'ERROR', count: 0 };

  constructor(private readonly limit: number = TELEMETRY_LIMITS.answers) {}

  /** Answers without a variant have no cell: they are counted as errors, and keys that are no flag's would have no end. */
  count(flag: string, answer: Evaluation): void {
    const cell = this.#byAnswer.get(answer) ?? this.#cellFor(flag, answer);
    if (cell !== undefined) cell.count += 1;
  }

  /** Another view is about to come into use: its answers are other objects, and the earlier ones must not be kept alive. */
  forget(): void {
    this.#byAnswer.clear();
  }

  /** Reads the counts and begins anew; `undefined` when nothing was counted. */
  readOut(): AnswerTally | undefined {
    const cells: AnswerCell[] = [];
    for (const cell of this.#byName.values()) {
      if (cell.count > 0) cells.push({ ...cell });
      cell.count = 0;
    }
    const dropped = this.#rest.count;
    this.#rest.count = 0;
    // Otherwise those who came first would keep their cells for ever, whether they are still asked for or not.
    if (this.#byName.size >= this.limit) {
      this.#byName.clear();
      this.#byAnswer.clear();
    }
    return cells.length === 0 && dropped === 0 ? undefined : { cells, dropped };
  }

  #cellFor(flag: string, answer: Evaluation): Cell | undefined {
    const { variant, reason, ruleId } = answer;
    if (variant === undefined) return undefined;
    const name = `${flag} ${variant} ${ruleId ?? ''} ${reason}`;
    let cell = this.#byName.get(name);
    if (cell === undefined) {
      if (this.#byName.size < this.limit) {
        cell = { flag, variant, ...(ruleId === undefined ? {} : { rule: ruleId }), reason, count: 0 };
        this.#byName.set(name, cell);
      } else cell = this.#rest;
    }
    // A bound for views that change without a word; what is forgotten is found again by its name.
    if (this.#byAnswer.size >= 4 * this.limit) this.#byAnswer.clear();
    this.#byAnswer.set(answer, cell);
    return cell;
  }
}
