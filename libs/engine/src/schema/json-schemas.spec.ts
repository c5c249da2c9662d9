import { expect, test } from '@jest/globals';
import type { JsonSchema } from './helped-schema.js';
import { jsonSchemas } from './index.js';

/** Every field of every closed map and of conditions, by its path, with what an editor shows. */
function fields(schema: JsonSchema, at: string): [string, unknown][] {
  const inside = (one: unknown, part: string) =>
    typeof one === 'object' && one !== null ? fields(one as JsonSchema, `${at}/${part}`) : [];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]): [string, unknown][] => [
      ...(value.not === undefined ? [[`${at}/${key}`, value.description] as [string, unknown]] : []),
      ...inside(value, key),
    ]),
    ...inside(schema.items, '*'),
    ...inside(schema.additionalProperties, '*'),
    ...(schema.anyOf ?? []).flatMap((choice) => fields(choice, at)),
    ...Object.entries(schema.$defs ?? {}).flatMap(([name, value]) => inside(value, name)),
  ];
}

test('says something about every field of every kind of file', () => {
  const all = Object.entries(jsonSchemas()).flatMap(([kind, schema]) => fields(schema as JsonSchema, kind));
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter(([, text]) => typeof text !== 'string' || text.length < 2).map(([at]) => at)).toEqual([]);
});

test('gives every kind an id, a title and the draft', () => {
  const ids = Object.entries(jsonSchemas()).map(([kind, schema]) => {
    const { $id, $schema, title } = schema as JsonSchema;
    expect([title, $schema]).toEqual([`Guidon ${kind} file`, 'https://json-schema.org/draft/2020-12/schema']);
    return $id;
  });
  expect(new Set(ids).size).toBe(4);
});
