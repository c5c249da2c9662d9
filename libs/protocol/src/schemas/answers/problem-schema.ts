import { z } from 'zod';
import { ERRORS, type ErrorCode, type Problem } from '../../errors/registry.js';
import { schemaOf } from './schema-of.js';

const codes = Object.keys(ERRORS) as ErrorCode[];

/** RFC 9457, as every error of the management API is answered. */
export const problemSchema = schemaOf<Problem>()(
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(codes),
    violations: z.array(z.object({ pointer: z.string(), sentence: z.string() })).exactOptional(),
  }),
);
