import { z } from 'zod';
import { closed } from './closed.js';
import { flagKey, instant, name, scalar, text } from './scalars.js';

const contextValue: z.ZodType<unknown> = z
  .lazy(() => z.union([scalar, z.array(scalar).min(1), z.record(z.string(), contextValue)]))
  .meta({ id: 'context-value' });

const caseSchema = closed({
  name: text,
  context: z.record(z.string(), contextValue).optional(),
  now: instant.optional(),
  stage: name.optional(),
  flags: z.record(flagKey, name).optional(),
  expect: z.record(name, z.union([name, closed({ variant: name, rule: name.optional() })])),
});

export const testFileSchema = closed({ cases: z.array(caseSchema).min(1) });

export type RawTestFile = z.infer<typeof testFileSchema>;
export type RawTestCase = z.infer<typeof caseSchema>;
