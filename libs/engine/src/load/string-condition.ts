import { stringFits } from '../compile/string-fits.js';
import type { Attribute, Condition, StringCondition } from '../model/index.js';
import type { RawScalar } from '../schema/condition-schema.js';
import { checkDeclared } from './attribute-values.js';
import { type Binding, report } from './binding.js';
import { type Path, shown } from './problem.js';

/** A string test; values of a declared list must occur in it, and a pattern must compile. */
export function stringCondition(
  binding: Binding,
  at: Path,
  operation: { readonly name: string; readonly attribute: Attribute },
  given: {
    values: readonly RawScalar[];
    isList: boolean;
    ignoreCase: boolean;
    test: StringCondition['test'];
  },
): Condition | undefined {
  const condition: StringCondition = {
    op: 'string',
    attribute: operation.name,
    test: given.test,
    values: given.values as string[],
    ...(given.ignoreCase ? { ignoreCase: true } : {}),
  };
  if (given.test === 'in') {
    for (const [index, value] of condition.values.entries()) {
      const valueAt = given.isList ? [...at, index] : at;
      checkDeclared(binding, valueAt, {
        value,
        attribute: operation.attribute,
        ignoreCase: given.ignoreCase,
      });
    }
  }
  if (given.test === 'matches') {
    const why = whyPatternRefused(condition);
    if (why !== undefined) {
      report(binding, {
        at,
        code: 'bad-pattern',
        sentence: `The pattern ${shown(condition.values[0])} is refused: ${why}.`,
      });
      return undefined;
    }
  }
  return condition;
}

const PATTERN_LENGTH = 256;

function whyPatternRefused(condition: StringCondition): string | undefined {
  if (condition.values[0]!.length > PATTERN_LENGTH) return `it is longer than ${PATTERN_LENGTH} characters`;
  try {
    stringFits(condition);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : 'it cannot be compiled';
  }
}
