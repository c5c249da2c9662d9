import { z } from 'zod';
import { TELEMETRY_LIMITS as LIMITS } from '../telemetry.js';

export const count = z.int().min(0).max(LIMITS.count);

/** The form of a flag's key, of a variant's and of a rule's name. */
export const key = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'a key: letters, digits and . _ - only');
