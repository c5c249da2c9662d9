import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface Operation {
  readonly method: string;
  /** `/api/v1/keys/{id}/rotate` */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: JsonSchema;
  /** Whether it is called without a key. */
  readonly open: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

// biome-ignore lint/suspicious/noExplicitAny: a document from outside, walked by the specs that judge it.
export type JsonSchema = any;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Holds answers of a server to the document that it serves itself. */
export class OpenApiJudge {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(readonly document: JsonSchema) {
    addFormats.default(this.#ajv);
    // Stricter than what clients are told: a field that is not in the document is a fault of the document.
    this.#ajv.addSchema({ $id: 'document', components: closed(document.components) } as AnySchema);
  }

  static async of(url: string): Promise<OpenApiJudge> {
    const answer = await fetch(`${url}/api/v1/openapi.json`);
    return new OpenApiJudge(await answer.json());
  }

  operations(): Operation[] {
    return Object.entries<JsonSchema>(this.document.paths).flatMap(([path, methods]) =>
      Object.entries<JsonSchema>(methods).map(([method, operation]) => ({
        ...{ method: method.toUpperCase(), path },
        parameters: (operation.parameters ?? []).map((one: JsonSchema) => this.resolve(one)),
        body: this.resolve(operation.requestBody?.content['application/json'].schema),
        open: operation.security?.length === 0,
      })),
    );
  }

  /** Follows a reference within the document. */
  resolve(part: JsonSchema): JsonSchema {
    if (part?.$ref === undefined) return part;
    const steps = String(part.$ref).slice(2).split('/');
    return steps.reduce((at, step) => at[step], this.document);
  }

  /** Everything about an answer that the document does not say. */
  faults(method: string, path: string, answer: Answer): string[] {
    const declared = this.document.paths[path]?.[method.toLowerCase()]?.responses?.[answer.status];
    if (declared === undefined) return [`the status ${answer.status} is not in the document`];
    const content = this.resolve(declared).content as { readonly [type: string]: { schema: JsonSchema } };
    const type = answer.contentType.split(';', 1)[0] ?? '';
    const schema = content[type]?.schema;
    if (schema === undefined) return [`the content type ${answer.contentType} is not in the document`];
    if (type !== 'application/json' && type !== 'application/problem+json') return [];
    const validate = this.#validator(`${method} ${path} ${answer.status}`, schema);
    if (validate(JSON.parse(answer.text))) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  #validator(name: string, schema: JsonSchema): ValidateFunction {
    const known = this.#validators.get(name) ?? this.#ajv.compile(inDocument(closed(schema)));
    this.#validators.set(name, known);
    return known;
  }
}

/** With references as from outside the document. */
function inDocument(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components'));
}

function closed(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  const open = schema.type === 'object' && schema.properties !== undefined;
  return open && schema.additionalProperties === undefined
    ? { ...inside, additionalProperties: false }
    : inside;
}
