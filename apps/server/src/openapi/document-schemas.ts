import { z } from 'zod';
import type { NamedSchema, RouteDescription } from '../kernel/http/index.js';

export type JsonSchema = { readonly [keyword: string]: unknown };

const REFERENCE = '#/components/schemas/';

/** `$ref` to a schema of the document. */
export function refTo(name: string): JsonSchema {
  return { $ref: `${REFERENCE}${name}` };
}

/** Makes the schemas that go by names, those of bodies as they are sent and those of answers as they come. */
export function namedSchemas(
  descriptions: readonly RouteDescription[],
  more: NamedSchema,
): {
  readonly [name: string]: JsonSchema;
} {
  const bodies = descriptions.flatMap(({ body = {} }) => Object.entries(body));
  const answers = descriptions.flatMap(({ answer, parts = {} }) => [
    ...(typeof answer === 'string' ? [] : Object.entries(answer)),
    ...Object.entries(parts),
  ]);
  const made = [
    ...Object.entries(convert(bodies, 'input')),
    ...Object.entries(convert([...Object.entries(more), ...answers], 'output')),
  ].sort(([one], [other]) => (one < other ? -1 : 1));
  const twice = made.find(([name], index) => made[index + 1]?.[0] === name);
  if (twice !== undefined) throw new Error(`Two schemas have the name ${twice[0]}.`);
  return Object.fromEntries(made);
}

function convert(
  named: readonly (readonly [string, z.ZodType])[],
  io: 'input' | 'output',
): { readonly [name: string]: JsonSchema } {
  const registry = z.registry<{ id: string }>();
  const known = new Map<string, z.ZodType>();
  for (const [id, schema] of named) {
    if ((known.get(id) ?? schema) !== schema) throw new Error(`Two schemas have the name ${id}.`);
    known.set(id, schema);
    registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `${REFERENCE}${id}`, io, override: tidy(io) });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
}

/** A schema that stands by itself, for a parameter. */
export function parameterSchema(schema: z.ZodType): JsonSchema {
  return bare(z.toJSONSchema(schema, { io: 'input', override: tidy('input') }));
}

function bare({ $schema: _dialect, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

interface Converted {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

function tidy(io: 'input' | 'output') {
  return ({ zodSchema, jsonSchema }: Converted): void => {
    // What a refinement of ours asks for stands beside it as JSON Schema, since a function cannot be translated.
    Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
    // The format says it, and the expression for it fills ten lines.
    if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
    // `int` means "as exact as a double is", which is what JSON has anyway.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    // A later server may say more, and no client should stumble over that. What is sent is closed.
    if (io === 'output' && zodSchema._zod.def.type === 'object' && jsonSchema.additionalProperties === false)
      delete jsonSchema.additionalProperties;
  };
}
