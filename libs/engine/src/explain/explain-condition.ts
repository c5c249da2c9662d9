import { ownOrPath } from '../compile/attribute.js';
import { compileCondition } from '../compile/condition.js';
import type { Scope, Test } from '../compile/program.js';
import type { Condition, EvaluationContext, Ruleset } from '../model/index.js';
import { conditionText } from './condition-text.js';
import type { ExplainedCondition } from './explanation.js';

/** Whoever asks, when, and where other flags and segments are found. */
export interface Asked {
  readonly ruleset: Ruleset;
  readonly context: EvaluationContext;
  readonly nowMs: number;
  /** The variant that another flag serves for the same context. */
  variantOf(flag: string): string | undefined;
}

/** Each part is decided by the code that evaluation uses for it, and put together here. */
export function explainCondition(condition: Condition, asked: Asked): ExplainedCondition {
  const text = conditionText(condition);
  switch (condition.op) {
    case 'all': {
      const parts = condition.of.map((inner) => explainCondition(inner, asked));
      return { text, holds: parts.every(({ holds }) => holds), parts };
    }
    case 'any': {
      const parts = condition.of.map((inner) => explainCondition(inner, asked));
      return { text, holds: parts.some(({ holds }) => holds), parts };
    }
    case 'not': {
      const inner = explainCondition(condition.of, asked);
      return { text, holds: !inner.holds, parts: [inner] };
    }
    case 'segment': {
      const parts = condition.any.map((key) => explainCondition(segmentOf(asked.ruleset, key), asked));
      return { text, holds: parts.some(({ holds }) => holds), parts };
    }
    case 'flag': {
      const served = asked.variantOf(condition.flag);
      const holds = served !== undefined && condition.variants.includes(served);
      return { text, holds, ...(served === undefined ? {} : { actual: served }) };
    }
    default:
      return { text, holds: holdsAlone(condition, asked), ...actualOf(condition.attribute, asked) };
  }
}

const NO_SEGMENT = (): Test => {
  throw new Error('a plain condition names no segment');
};
const NO_FLAGS: Scope = { variantOf: () => undefined };

function holdsAlone(condition: Condition, { context, nowMs }: Asked): boolean {
  return compileCondition(condition, NO_SEGMENT)(context, nowMs, NO_FLAGS);
}

function segmentOf({ segments }: Ruleset, key: string): Condition {
  const segment = Object.hasOwn(segments, key) ? segments[key] : undefined;
  if (segment === undefined) throw new Error(`there is no segment "${key}"`);
  return segment;
}

function actualOf(attribute: string, { context, nowMs }: Asked): { actual?: unknown } {
  if (attribute === 'now') return { actual: new Date(nowMs).toISOString() };
  try {
    const actual = ownOrPath(context, attribute, attribute.split('.'));
    return actual === undefined ? {} : { actual };
  } catch {
    return {};
  }
}
