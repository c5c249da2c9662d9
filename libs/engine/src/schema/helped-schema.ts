import { CONDITION_HELP, type Help } from './editor-help.js';

/** As much of a JSON Schema as help is laid over. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly $defs?: { readonly [name: string]: JsonSchema };
}

/** The schema with what editors show on hover and offer on completion; what it accepts stays the same. */
export function helpedSchema(schema: JsonSchema, help: Help): JsonSchema {
  const laid = lay(schema, help);
  const { condition } = schema.$defs ?? {};
  if (condition === undefined) return laid;
  return { ...laid, $defs: { ...laid.$defs, condition: lay(condition, CONDITION_HELP) } };
}

function lay(schema: JsonSchema, help: Help): JsonSchema {
  return {
    ...schema,
    ...(help.text === undefined
      ? {}
      : { description: help.text.replaceAll('`', ''), markdownDescription: help.text }),
    ...(help.examples === undefined ? {} : { examples: help.examples }),
    ...(help.snippets === undefined ? {} : { defaultSnippets: help.snippets }),
    ...layBelow(schema, help),
  };
}

/** Choices share the help of their place: what it says once need not be said of each. */
function layBelow(schema: JsonSchema, help: Help): JsonSchema {
  const { properties, additionalProperties, items, anyOf } = schema;
  const { keys = {}, each = {} } = help;
  const own = (key: string) => (Object.hasOwn(keys, key) ? (keys[key] as Help) : {});
  return {
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [key, lay(value, own(key))]),
          ),
        }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: lay(additionalProperties, each) }
      : {}),
    ...(typeof items === 'object' ? { items: lay(items, each) } : {}),
    ...(anyOf === undefined
      ? {}
      : { anyOf: anyOf.map((choice) => ({ ...choice, ...layBelow(choice, help) })) }),
  };
}
