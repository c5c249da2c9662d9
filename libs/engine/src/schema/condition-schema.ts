import { z } from 'zod';
import { closed } from './closed.js';
import { attributeName, flagKey, name, oneOrMore, type RawScalar, scalar } from './scalars.js';

export type { RawScalar };

export interface RawOperators {
  is?: RawScalar | undefined;
  in?: RawScalar[] | undefined;
  startsWith?: string | string[] | undefined;
  endsWith?: string | string[] | undefined;
  contains?: string | string[] | undefined;
  matches?: string | undefined;
  ignoreCase?: true | undefined;
  lt?: string | number | undefined;
  lte?: string | number | undefined;
  gt?: string | number | undefined;
  gte?: string | number | undefined;
  exists?: boolean | undefined;
}

export type RawAttributeTest = RawScalar | RawScalar[] | RawOperators;

/** A condition as YAML has it: reserved words, and attribute names beside them. */
export interface RawCondition {
  any?: RawCondition[] | undefined;
  all?: RawCondition[] | undefined;
  not?: RawCondition | undefined;
  segment?: string | string[] | undefined;
  flag?: Record<string, string | string[]> | undefined;
  [attribute: string]: unknown;
}

const bound = z.union([z.string(), z.number()]);

const operatorShape = {
  is: scalar.optional(),
  in: z.array(scalar).min(1).optional(),
  startsWith: oneOrMore(z.string()).optional(),
  endsWith: oneOrMore(z.string()).optional(),
  contains: oneOrMore(z.string()).optional(),
  matches: z.string().optional(),
  ignoreCase: z.literal(true).optional(),
  lt: bound.optional(),
  lte: bound.optional(),
  gt: bound.optional(),
  gte: bound.optional(),
  exists: z.boolean().optional(),
};

/** The operators of sentence 18; which of them an attribute takes depends on its declared type. */
export const OPERATOR_NAMES: readonly string[] = Object.keys(operatorShape);
/** Words that a condition reserves; an attribute so named is written `{ attribute: segment, in: [gold] }`. */
export const RESERVED_WORDS: readonly string[] = ['all', 'any', 'not', 'segment', 'flag', 'attribute'];

const attributeTest = z.union([scalar, z.array(scalar).min(1), closed(operatorShape)]);

const namedAttribute = closed({ attribute: attributeName, ...operatorShape });

const keyed = z
  .object({
    any: z.lazy(() => z.array(conditionSchema).min(1)).optional(),
    all: z.lazy(() => z.array(conditionSchema).min(1)).optional(),
    not: z.lazy(() => conditionSchema).optional(),
    segment: oneOrMore(name).optional(),
    flag: z.record(flagKey, oneOrMore(name)).optional(),
    attribute: z.never().optional(),
  })
  .catchall(attributeTest);

export const conditionSchema: z.ZodType<RawCondition> = z
  .lazy(() => z.union([keyed, namedAttribute]) as unknown as z.ZodType<RawCondition>)
  .meta({ id: 'condition' });
