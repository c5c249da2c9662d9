import { z } from 'zod';
import { closed } from './closed.js';
import { planSchema } from './plan-schema.js';
import { attributeName, duration, instant, name, percent, text } from './scalars.js';

export const ATTRIBUTE_TYPES = ['string', 'number', 'boolean', 'semver', 'date', 'ip'] as const;

const environmentDeclaration = closed({
  id: name,
  protected: z.boolean().optional(),
  waves: z
    .array(closed({ percent, hold: duration }))
    .min(1)
    .optional(),
  freeze: z
    .array(closed({ from: instant, to: instant, reason: text }))
    .min(1)
    .optional(),
});

const teamSchema = closed({ members: z.array(text).min(1), contact: text.optional() });

/** A closed list, so that a slip in a role cannot quietly take somebody's rights away. */
export const ROLES = ['viewer', 'developer', 'responder', 'operator', 'approver', 'admin'] as const;

/** Who may do what: a role for a team, a person or a group, perhaps only for some of what there is. */
const accessSchema = closed({
  role: z.enum(ROLES),
  team: name.optional(),
  person: text.optional(),
  group: text.optional(),
  environments: z.array(name).min(1).optional(),
  protected: z.boolean().optional(),
  types: z
    .array(z.enum(['release', 'experiment', 'ops']))
    .min(1)
    .optional(),
  owners: z.array(name).min(1).optional(),
  tags: z.array(name).min(1).optional(),
});

export const projectSchema = closed({
  project: name,
  timezone: z
    .string()
    .regex(/^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$/, 'a time zone such as Europe/Oslo')
    .optional(),
  environments: z.array(environmentDeclaration).min(1),
  attributes: z.record(attributeName, z.union([z.enum(ATTRIBUTE_TYPES), z.array(text).min(1)])).optional(),
  tags: z.array(name).min(1).optional(),
  teams: z.record(name, teamSchema),
  access: z.array(accessSchema).min(1).optional(),
  plans: z.record(name, planSchema).optional(),
  limits: closed({
    flagsPerTeam: z.int().positive(),
    ageDays: z.int().positive(),
    jumpPoints: z.number().positive().max(100),
    massChange: z.number().positive().max(100),
  }).optional(),
  commits: closed({
    signatures: z.enum(['optional', 'required']),
    reviews: z.int().min(0),
    rewrite: z.enum(['refused', 'allowed']),
  }).optional(),
});

export type RawProject = z.infer<typeof projectSchema>;
