import type { AnswerBook } from './answers.js';
import type { Test } from './program.js';

/** What a flag is compiled with. */
export interface FlagParts {
  readonly answers: AnswerBook;
  /** The test of a segment, compiled once for all flags. */
  segment(key: string): Test;
}
