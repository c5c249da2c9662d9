import type { JsonSchema } from './helped-schema.js';

/** What a project declares, for an editor to offer. */
export interface DeclaredNames {
  readonly environments: readonly string[];
  readonly teams: readonly string[];
  readonly tags: readonly string[];
  readonly plans: readonly string[];
  readonly segments: readonly string[];
  /** With their types, or the only texts that occur. */
  readonly attributes: ReadonlyMap<string, { readonly type: string; readonly values?: readonly string[] }>;
}

/** The schema of a kind of file with the project's own names among what it offers; what it accepts stays the same. */
export function declaredSchema(schema: JsonSchema, names: DeclaredNames): JsonSchema {
  const found = offered(schema, names);
  const condition = schema.$defs?.condition;
  if (condition === undefined) return found;
  return { ...found, $defs: { ...found.$defs, condition: conditionWith(condition, names) } };
}

type Offer = (schema: JsonSchema, names: DeclaredNames) => JsonSchema;

/** By the name of a field, wherever it stands: each name means one thing in the language. */
const OFFERS: { readonly [key: string]: Offer } = {
  owner: (schema, { teams }) => ({ ...schema, examples: teams }),
  approval: (schema, { teams }) => ({ ...schema, examples: teams }),
  plan: (schema, { plans }) => ({ ...schema, examples: plans }),
  segment: (schema, { segments }) => ({ ...schema, examples: segments }),
  tags: (schema, { tags }) => ({ ...schema, items: { ...(schema.items as object), examples: tags } }),
  environments: (schema, { environments }) => withKeys(schema, environments),
  expect: (schema, { environments }) => withKeys(schema, environments),
  context: (schema, names) => withAttributes(schema, names),
};

function offered(schema: JsonSchema, names: DeclaredNames): JsonSchema {
  const { properties, additionalProperties, items, anyOf } = schema;
  const inside = (one: JsonSchema) => offered(one, names);
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: offeredKeys(properties, names) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: inside(additionalProperties) }
      : {}),
    ...(typeof items === 'object' ? { items: inside(items) } : {}),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(inside) }),
  };
}

function offeredKeys(
  properties: { readonly [key: string]: JsonSchema },
  names: DeclaredNames,
): { readonly [key: string]: JsonSchema } {
  const entries = Object.entries(properties).map(([key, value]) => {
    const inside = offered(value, names);
    const offer = Object.hasOwn(OFFERS, key) ? OFFERS[key] : undefined;
    return [key, offer === undefined ? inside : offer(inside, names)] as const;
  });
  return Object.fromEntries(entries);
}

/** A map of free names with some of them known: each takes what every other one takes. */
function withKeys(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  const each = schema.additionalProperties;
  if (typeof each !== 'object') return schema;
  return { ...schema, properties: Object.fromEntries(keys.map((key) => [key, each])) };
}

function conditionWith(condition: JsonSchema, names: DeclaredNames): JsonSchema {
  const [keyed, ...others] = condition.anyOf ?? [];
  if (keyed === undefined) return condition;
  const known = { ...keyed, properties: offeredKeys(keyed.properties ?? {}, names) };
  return { ...condition, anyOf: [withAttributes(known, names), ...others] };
}

function withAttributes(schema: JsonSchema, { attributes }: DeclaredNames): JsonSchema {
  const each = schema.additionalProperties;
  if (typeof each !== 'object') return schema;
  const known = [...attributes].map(([name, { type, values }]) => {
    const text = values === undefined ? `An attribute of type ${type}.` : `One of ${values.join(', ')}.`;
    return [
      name,
      { ...each, description: text, ...(values === undefined ? {} : { examples: values }) },
    ] as const;
  });
  const always = ['targetingKey', { ...each, description: 'Who asks: always there.' }] as const;
  // Reserved words of a condition keep their meaning.
  return { ...schema, properties: { ...Object.fromEntries([always, ...known]), ...schema.properties } };
}
