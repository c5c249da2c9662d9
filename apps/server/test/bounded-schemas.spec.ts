import * as schemas from '@guidon/protocol/schemas';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { exportSchema, searchSchema } from '../src/audit/audit-search.js';
import { usageSearchSchema } from '../src/usage/usage.controller.js';

interface Node {
  readonly _zod: { readonly def: Definition };
}
interface Definition {
  readonly type: string;
  readonly [name: string]: unknown;
}
type Check = { readonly check: string; readonly [name: string]: unknown };

/** What may be anything on purpose: the engine takes the attributes of a context that it can use. */
const OPEN = new Set(['explainRequestSchema/context/*']);

/** Every place of a schema that takes something without a bound, and why. */
function unbounded(schema: unknown, path: string): string[] {
  const { def } = (schema as Node)._zod;
  const checks = ((def.checks ?? []) as Node[]).map(({ _zod }) => _zod.def as unknown as Check);
  const has = (...names: string[]) => checks.some(({ check }) => names.includes(check));
  const inside = (inner: unknown, name = '') => unbounded(inner, name === '' ? path : `${path}/${name}`);
  switch (def.type) {
    case 'string':
      return has('max_length', 'length_equals') || patterns(def, checks).some(isBounded)
        ? []
        : [`${path}: string`];
    case 'number': {
      const whole = def.format === 'safeint' || checks.some(({ format }) => format === 'safeint');
      return whole || (has('less_than') && has('greater_than')) ? [] : [`${path}: number`];
    }
    case 'array':
      return [...(has('max_length', 'length_equals') ? [] : [`${path}: array`]), ...inside(def.element, '*')];
    case 'tuple':
      return tupleItems(def, path).flatMap((item, place) => inside(item, String(place)));
    case 'object': {
      const shape = Object.entries(def.shape as object).flatMap(([name, inner]) => inside(inner, name));
      const isStrict = (def.catchall as Node | undefined)?._zod.def.type === 'never';
      return [...(isStrict ? [] : [`${path}: takes unknown fields`]), ...shape];
    }
    case 'record': {
      const names = (def.keyType as Node)._zod.def.type;
      return [
        ...(names === 'enum' || has('custom') ? [] : [`${path}: record`]),
        ...inside(def.valueType, '*'),
      ];
    }
    case 'union':
      return (def.options as unknown[]).flatMap((option) => inside(option));
    case 'optional':
      return inside(def.innerType);
    case 'pipe':
      return inside(def.in);
    case 'enum':
    case 'literal':
    case 'boolean':
      return [];
    default:
      return OPEN.has(path) ? [] : [`${path}: ${def.type}`];
  }
}

/** With further ones at the end it has no bound, and counts as what it is. */
function tupleItems({ items, rest = null }: Definition, path: string): unknown[] {
  if (rest !== null) throw new Error(`${path} has no end.`);
  return items as unknown[];
}

function patterns(def: Definition, checks: readonly Check[]): RegExp[] {
  return [def.pattern, ...checks.map(({ pattern }) => pattern)].filter((one) => one instanceof RegExp);
}

/** Anchored at both ends, and repeats nothing without an end. */
function isBounded({ source }: RegExp): boolean {
  const plain = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  return plain.startsWith('^') && plain.endsWith('$') && !plain.includes('|') && !/[*+]|,\}/.test(plain);
}

const ALL = { ...schemas, searchSchema, exportSchema, usageSearchSchema };

describe.each(Object.entries(ALL).filter(([name]) => name.endsWith('Schema')))('%s', (name, schema) => {
  it('bounds every string, list, number and set of names, and takes no unknown field', () => {
    expect(unbounded(schema, name)).toEqual([]);
  });
});

describe('the walk', () => {
  it('finds what is not bounded, and says where', () => {
    const loose = z.object({
      a: z.string().min(1).optional(),
      b: z.array(z.strictObject({ c: z.number().min(0) })),
      d: z.union([z.literal('all'), z.record(z.string(), z.string().max(5))]),
      e: z.string().regex(/^a+$/),
      f: z.string().regex(/a{1,3}/),
      g: z.iso.datetime(),
      h: z.unknown(),
      i: z.string().transform(Number),
    });
    expect(unbounded(loose, 'loose')).toEqual([
      ...['loose: takes unknown fields', 'loose/a: string', 'loose/b: array', 'loose/b/*/c: number'],
      ...['loose/d: record', 'loose/e: string', 'loose/f: string', 'loose/g: string', 'loose/h: unknown'],
      'loose/i: string',
    ]);
  });

  it('is content with bounds of every kind', () => {
    const tight = z.strictObject({
      a: z.string().max(5),
      b: z.array(z.int().min(0)).max(3),
      c: z.string().regex(/^[a+*]{1,3}(?:-[a-z]{2})?$/),
      d: z.partialRecord(z.enum(['x', 'y']), z.number().min(0).max(1)),
      e: z.iso.date().max(10),
    });
    expect(unbounded(tight, 'tight')).toEqual([]);
  });

  it('goes with what the schemas do: a context of too many attributes is refused', () => {
    const context = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`a${index}`, 1]));
    expect(schemas.explainRequestSchema.safeParse({ context }).error?.issues).toHaveLength(1);
  });
});
