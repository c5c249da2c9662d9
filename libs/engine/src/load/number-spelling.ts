import type { Problem } from './problem.js';

/**
 * A number is written as JSON prints it (sentence 4): `2.10` would be 2.1, `017` 17, `1e3` 1000, and a version or a
 * telephone number would lose digits without anybody noticing.
 */
export function whyNumberRefused(
  source: string,
  value: number,
): Pick<Problem, 'code' | 'sentence' | 'fix'> | undefined {
  const printed = JSON.stringify(value);
  const fix = `Write ${Number.isFinite(value) ? printed : 'a number'}, or put it in quotes if it is text.`;
  if (printed !== source) {
    const meaning = Number.isFinite(value) ? printed : 'no number that JSON has';
    return { code: 'number-spelling', sentence: `${source} would be read as ${meaning}.`, fix };
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { code: 'number-spelling', sentence: `${source} is too large to be kept exactly.`, fix };
  }
  return undefined;
}
