import { TAKES_ANSWERS, TAKES_GUARDED, type TelemetryReport } from '@guidon/protocol';
import type { AnswerCounters, AnswerTally } from './answer-counters.js';
import { BatchLog } from './batch-log.js';
import type { GuardedCounters, GuardedTally } from './guarded-counters.js';

/** What a report carries beyond its first form, for servers that take it. */
export class ReportBatches {
  readonly #answers: BatchLog<AnswerTally>;
  readonly #guarded: BatchLog<GuardedTally>;

  constructor(
    counters: { readonly answers: AnswerCounters; readonly guarded: GuardedCounters },
    nowMs: number,
  ) {
    const { answers, guarded } = counters;
    const answerSource = {
      word: TAKES_ANSWERS,
      nothing: { cells: [], dropped: 0 },
      readOut: () => answers.readOut(),
      sumOf: ({ cells, dropped }: AnswerTally) => cells.reduce((sum, { count }) => sum + count, dropped),
    };
    const guardedSource = {
      word: TAKES_GUARDED,
      nothing: { cells: [], seen: [], uncredited: 0, dropped: 0 },
      readOut: () => guarded.readOut(),
      sumOf: lossOf,
    };
    this.#answers = new BatchLog<AnswerTally>(answerSource, nowMs);
    this.#guarded = new BatchLog<GuardedTally>(guardedSource, nowMs);
  }

  /** What the report with this number carries. */
  attempt(sequence: number, nowMs: number): Pick<TelemetryReport, 'answers' | 'guarded'> {
    const answers = this.#answers.attempt(sequence, nowMs);
    const guarded = this.#guarded.attempt(sequence, nowMs);
    return { ...(answers === undefined ? {} : { answers }), ...(guarded === undefined ? {} : { guarded }) };
  }

  /** The report got through. `takes`: what the server says that the next one may hold. */
  accepted(takes: string | undefined): void {
    this.#answers.accepted(takes);
    this.#guarded.accepted(takes);
  }

  /** The report was refused. Says whether something in it that older servers do not know may have been the reason. */
  refused(): boolean {
    const hadAnswers = this.#answers.refused();
    return this.#guarded.refused() || hadAnswers;
  }
}

function lossOf({ cells, uncredited, dropped }: GuardedTally): number {
  const inCells = cells.map(({ exposures, outcomes }) =>
    outcomes.reduce((sum, { calls }) => sum + calls, exposures),
  );
  return inCells.reduce((sum, one) => sum + one, uncredited + dropped);
}
