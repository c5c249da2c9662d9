import { z } from 'zod';
import { flagSchema } from './flag-schema.js';
import { projectSchema } from './project-schema.js';
import { segmentSchema } from './segment-schema.js';
import { testFileSchema } from './test-schema.js';

export type FileKind = 'flag' | 'project' | 'segment' | 'test';

/** The schema of each kind of file under `flags/`, as the loader uses it. */
export const FILE_SCHEMAS = {
  flag: flagSchema,
  project: projectSchema,
  segment: segmentSchema,
  test: testFileSchema,
} as const;

/** JSON Schemas (draft 2020-12) by kind of file, for editors. */
export function jsonSchemas(): { readonly [kind in FileKind]: object } {
  return {
    flag: z.toJSONSchema(FILE_SCHEMAS.flag),
    project: z.toJSONSchema(FILE_SCHEMAS.project),
    segment: z.toJSONSchema(FILE_SCHEMAS.segment),
    test: z.toJSONSchema(FILE_SCHEMAS.test),
  };
}
