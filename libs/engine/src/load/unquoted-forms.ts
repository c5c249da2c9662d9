import type { Path, Problem } from './problem.js';

const YAML_1_1_BOOLEANS = /^(yes|no|on|off|y|n)$/i;

/**
 * What unquoted text may not look like (sentence 5): in a condition, a space or comma is nearly always a lost quote or
 * bracket; as a variant's value, `yes` and `off` are booleans to YAML 1.1 readers.
 */
export function whyPlainTextRefused(
  text: string,
  path: Path,
): Pick<Problem, 'code' | 'sentence'> | undefined {
  if (path[0] === 'variants' && YAML_1_1_BOOLEANS.test(text)) {
    return {
      code: 'needs-quotes',
      sentence: `The variant's value ${text} is true or false to some readers.`,
    };
  }
  if (isInCondition(path) && /[\s,]/.test(text)) {
    return { code: 'needs-quotes', sentence: `The unquoted value "${text}" holds a space or a comma.` };
  }
  return undefined;
}

export function isInCondition(path: Path): boolean {
  return path.includes('when') || path.includes('audience');
}
