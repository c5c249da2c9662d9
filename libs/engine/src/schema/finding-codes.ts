import { FILE_CODES } from './finding-codes-files.js';
import { FLAG_CODES } from './finding-codes-flags.js';
import { PLAN_CODES } from './finding-codes-plans.js';
import { PROJECT_CODES } from './finding-codes-project.js';
import { REVISION_CODES } from './finding-codes-revision.js';

/** Every code that a finding can carry. Errors freeze a file at its last good version; warnings never do. */
export const FINDING_CODES = {
  ...FILE_CODES,
  ...PROJECT_CODES,
  ...PLAN_CODES,
  ...FLAG_CODES,
  ...REVISION_CODES,
} as const;

export type { FindingCodeEntry } from './finding-code-entry.js';
export type FindingCode = keyof typeof FINDING_CODES;
