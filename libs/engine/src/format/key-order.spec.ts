import { expect, test } from '@jest/globals';
import { type FileKind, jsonSchemas } from '../schema/index.js';
import { SHAPES, type Shape, shapeBelow } from './key-order.js';

interface JsonSchema {
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | boolean;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly $ref?: string;
}

/** Every closed map of a schema with the order that formatting has for it. */
function closedMaps(schema: JsonSchema, shape: Shape, at: string): [string, string[], string[]][] {
  const below = (inner: JsonSchema | boolean | undefined, part: string) =>
    typeof inner === 'object' ? closedMaps(inner, shapeBelow(shape, undefined), `${at}/${part}`) : [];
  const own = Object.keys(schema.properties ?? {});
  return [
    ...(schema.additionalProperties === false
      ? [[at, own.sort(), Object.keys(shape.keys ?? {}).sort()] as [string, string[], string[]]]
      : []),
    ...own.flatMap((key) =>
      closedMaps(schema.properties?.[key] ?? {}, shapeBelow(shape, key), `${at}/${key}`),
    ),
    ...(schema.anyOf ?? []).flatMap((choice) => closedMaps(choice, shape, at)),
    ...below(schema.items, '*'),
    ...below(schema.additionalProperties, '*'),
  ];
}

test('knows a place for every key of every map that the schema closes, conditions left out', () => {
  const maps = (Object.entries(jsonSchemas()) as [FileKind, JsonSchema][]).flatMap(([kind, schema]) =>
    closedMaps(schema, SHAPES[kind], kind),
  );
  expect(maps.length).toBeGreaterThan(20);
  for (const [at, known, ordered] of maps) expect([at, ordered]).toEqual([at, known]);
});
