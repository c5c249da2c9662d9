import { z } from 'zod';

/** Names that a project declares: environments, teams, tags, plans, stages, rules, guards, variants, segments. */
export const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9._-]{0,127}$/;
/** Attribute names may look like claims (`https://acme.example/role`), so they allow more than other names. */
export const ATTRIBUTE_NAME_PATTERN = /^[A-Za-z][A-Za-z0-9._:/-]{0,127}$/;
export const FLAG_KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const DATE_PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;
const DURATION_PATTERN = /^[1-9]\d{0,5}(s|m|h|d)$/;
const WINDOW_PATTERN =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))? ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/;

export const text = z.string().min(1);
export const name = z.string().regex(NAME_PATTERN, 'a name: a letter, then letters, digits, ".", "_" or "-"');
export const attributeName = z
  .string()
  .regex(ATTRIBUTE_NAME_PATTERN, 'an attribute name: a letter, then letters, digits or any of ". _ : / -"');
export const flagKey = z
  .string()
  .regex(FLAG_KEY_PATTERN, 'a flag key: a letter or digit, then letters, digits, ".", "_" or "-"');
export const date = z.string().regex(DATE_PATTERN, 'a date such as 2027-02-01');
export const instant = z
  .string()
  .regex(INSTANT_PATTERN, 'an instant with an offset such as 2026-11-24T00:00:00+01:00');
export const duration = z.string().regex(DURATION_PATTERN, 'a time span such as 60s, 15m, 24h or 21d');
export const timeWindow = z.string().regex(WINDOW_PATTERN, 'a window such as "Mon-Thu 09:00-16:00"');
export const percent = z.number().min(0).max(100);
export const scalar = z.union([z.string(), z.number(), z.boolean()]);

export function oneOrMore<Item extends z.ZodType>(item: Item) {
  return z.union([item, z.array(item).min(1)]);
}

export type RawScalar = string | number | boolean;
