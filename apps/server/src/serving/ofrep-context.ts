import type { EvaluationContext } from '@guidon/engine/model';
import { hasRepeatedMembers } from '../kernel/json/index.js';
import { OfrepRefusal } from './ofrep-refusal.js';

/** Bytes of one OFREP request: a context of a thousand list entries fits ten times over. */
export const OFREP_BODY_BYTES = 131_072;

/** Nesting of the request body, its own two levels included. */
export const OFREP_BODY_DEPTH = 20;

const EMPTY: EvaluationContext = Object.freeze({});

const NOT_JSON = new OfrepRefusal(
  400,
  'PARSE_ERROR',
  'The body is not JSON. Send {"context": {"targetingKey": "…"}}.',
);
const REPEATED = new OfrepRefusal(
  400,
  'PARSE_ERROR',
  'An object of the body names a member twice, and it cannot be told which one is meant.',
);
const NOT_AN_OBJECT = new OfrepRefusal(
  400,
  'INVALID_CONTEXT',
  'The body must be a JSON object with an optional member "context".',
);
const CONTEXT_NOT_AN_OBJECT = new OfrepRefusal(
  400,
  'INVALID_CONTEXT',
  'The member "context" must be an object of attributes.',
);
const TOO_DEEP = new OfrepRefusal(
  400,
  'INVALID_CONTEXT',
  `The body is nested deeper than ${OFREP_BODY_DEPTH} levels. Send flatter attributes.`,
);
export const TOO_LARGE = new OfrepRefusal(
  413,
  'INVALID_CONTEXT',
  `The body is larger than ${OFREP_BODY_BYTES} bytes. Send only the attributes that flags ask about.`,
);
export const NOT_JSON_MEDIA = new OfrepRefusal(
  415,
  'PARSE_ERROR',
  'The content type must be application/json.',
);

/**
 * Reads the context out of an OFREP request body. An absent body, an absent or null context (what a Go client sends
 * for none) and an absent targeting key are all fine. Attribute values are not judged here: the engine treats whatever
 * it cannot use as missing.
 */
export function readContext(text: string): EvaluationContext | OfrepRefusal {
  if (text === '') return EMPTY;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
  if (isDeeperThan(body, OFREP_BODY_DEPTH)) return TOO_DEEP;
  if (hasRepeatedMembers(text, body)) return REPEATED;
  if (!isObject(body)) return NOT_AN_OBJECT;
  if (!Object.hasOwn(body, 'context')) return EMPTY;
  const { context } = body;
  if (context === null) return EMPTY;
  return isObject(context) ? context : CONTEXT_NOT_AN_OBJECT;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Judged on what was parsed, which costs a glance at each attribute: V8's parser keeps its own stack, the size is bounded
 * before, and this walk stops at the first branch that is too deep.
 */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const name in value) {
    const inner: unknown = (value as { readonly [name: string]: unknown })[name];
    if (typeof inner === 'object' && isDeeperThan(inner, levels - 1)) return true;
  }
  return false;
}
