import { z } from 'zod';
import { type DeclaredNames, declaredSchema } from './declared-schema.js';
import { FILE_HELP, type FileKind } from './file-help.js';
import { flagSchema } from './flag-schema.js';
import { helpedSchema, type JsonSchema } from './helped-schema.js';
import { projectSchema } from './project-schema.js';
import { segmentSchema } from './segment-schema.js';
import { testFileSchema } from './test-schema.js';

export type { FileKind };

/** The schema of each kind of file under `flags/`, as the loader uses it. */
export const FILE_SCHEMAS = {
  flag: flagSchema,
  project: projectSchema,
  segment: segmentSchema,
  test: testFileSchema,
} as const;

/**
 * What the loader checks of a flag beyond the schema, as far as a schema can say it: fields by type, and what an archived
 * flag has instead (sentences 7, 12 and 39).
 */
const FLAG_RULES = [
  {
    if: { required: ['archived'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
    then: { required: ['serve'], properties: { environments: false, requires: false } },
    else: {
      if: { properties: { type: { const: 'ops' } }, required: ['type'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
      then: { required: ['review'], properties: { expires: false, serve: false } },
      else: { required: ['expires'], properties: { review: false, serve: false } },
    },
  },
];

/**
 * JSON Schemas (draft 2020-12) by kind of file, for editors: the loader's own, with help and the rules by type. Names that
 * a project declares are offered, never insisted on: a schema that is a day old must not call a new team wrong.
 */
export function jsonSchemas(names?: DeclaredNames): { readonly [kind in FileKind]: object } {
  const of = (kind: FileKind) =>
    names === undefined ? schemaOf(kind) : declaredSchema(schemaOf(kind), names);
  return {
    flag: { ...of('flag'), allOf: FLAG_RULES },
    project: schemaOf('project'),
    segment: of('segment'),
    test: of('test'),
  };
}

function schemaOf(kind: FileKind): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(FILE_SCHEMAS[kind]) as JsonSchema;
  const title = `Guidon ${kind} file`;
  return { $schema, $id: `urn:guidon:v1:${kind}`, title, ...helpedSchema(schema, FILE_HELP[kind]) };
}
