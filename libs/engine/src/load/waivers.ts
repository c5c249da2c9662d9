import type { Flag } from '../model/index.js';
import { WAIVABLE_CODES } from '../schema/index.js';
import type { Problem } from './problem.js';

const TRANSITION_CODES: ReadonlySet<string> = new Set(['new-flag-live', 'percent-jump']);

/**
 * Lets waived findings pass (sentence 9), and notes waivers that silenced nothing where that can be judged: a waiver of
 * a transition only when there was one.
 */
export function applyWaivers(
  flag: Flag,
  found: readonly Problem[],
  judgesTransitions: boolean,
): { problems: readonly Problem[]; waived: readonly Problem[]; warnings: readonly Problem[] } {
  const isWaived = (problem: Problem) =>
    (WAIVABLE_CODES as readonly string[]).includes(problem.code) && flag.waive.has(problem.code);
  const waived = found.filter(isWaived);
  const codes = new Set<string>(waived.map(({ code }) => code));
  const unused = [...flag.waive.keys()].filter(
    (code) => !codes.has(code) && (judgesTransitions || !TRANSITION_CODES.has(code)),
  );
  const warnings = unused.map((code): Problem => {
    const sentence = `The waiver for "${code}" silences nothing.`;
    return { at: ['waive', code], onKey: true, code: 'waiver-unused', sentence };
  });
  return { problems: found.filter((problem) => !isWaived(problem)), waived, warnings };
}
