import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

/** How often a question is repeated before the command gives up. */
const MOST_TRIES = 5;

export interface Question {
  /** The option that answers it without being asked. */
  readonly option: string;
  readonly text: string;
  /** What an empty answer means. */
  readonly otherwise?: string;
  /** A sentence when the answer will not do. */
  why(answer: string): string | undefined;
}

/** The value given by an option, or asked for on a terminal until it will do. A pipe is never asked. */
export async function askValue(io: Io, given: string | undefined, question: Question): Promise<string> {
  const { option, text, otherwise } = question;
  if (given !== undefined || !io.interactive) {
    const value = given ?? otherwise;
    if (value === undefined) throw new CliError(`Say ${option}: ${text}`, { usage: true });
    const why = question.why(value);
    if (why !== undefined) throw new CliError(`${option}: ${why}`, { usage: true });
    return value;
  }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const hint = otherwise === undefined ? '' : ` [${otherwise}]`;
    const answer = (await io.ask(`${text}${hint} `)).trim() || (otherwise ?? '');
    const why = answer === '' ? 'An answer is needed.' : question.why(answer);
    if (why === undefined) return answer;
    io.err(`  ${why}\n`);
  }
  throw new CliError(`No usable answer came; give it as ${option}.`, { usage: true });
}
