import { problemSchema } from '@guidon/protocol/schemas';
import type { KnownRoute } from '../kernel/http/index.js';
import { type JsonSchema, namedSchemas } from './document-schemas.js';
import { type DescribedRoute, operationOf, templateOf } from './operation-of.js';
import { refusalsOf } from './route-errors.js';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: { readonly [path: string]: { readonly [method: string]: JsonSchema } };
  readonly components: {
    readonly schemas: { readonly [name: string]: JsonSchema };
    readonly [kind: string]: JsonSchema;
  };
  readonly [more: string]: unknown;
}

const PREFIX = '/api/v1/';

const DESCRIPTION =
  `What people and their tools do with a Guidon server. Every error is a problem document (RFC 9457)
whose \`code\` is explained at its \`type\`. Each operation lists the codes that it answers with.
Answers may get more fields; what is sent must have none that is not known.
Evaluation has documents of its own: OFREP, and flagd for its providers.`.replaceAll('\n', ' ');

/** The OpenAPI document of the management API, from the routes as the router has them. Pure. */
export function makeDocument(routes: readonly KnownRoute[]): OpenApiDocument {
  const described = routes.filter(isDescribed).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const paths: { [path: string]: { [method: string]: JsonSchema } } = {};
  for (const route of described) {
    const path = templateOf(route.url);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  const descriptions = described.map(({ config }) => config.description);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Guidon management API',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that this document came from.' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas: namedSchemas(descriptions, { Problem: problemSchema }),
      responses: refusalsOf(described),
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY, IfMatch: IF_MATCH },
      headers: { ETag: ETAG, RetryAfter: RETRY_AFTER },
      securitySchemes: SECURITY,
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Any text that names this one request of yours. For a day the same request gets the same answer and changes nothing again.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
};

const ETAG = {
  description: 'What the thing is, in one word: send it as `If-Match` with what you do to it.',
  required: true,
  schema: { type: 'string', pattern: '^"[\\x21\\x23-\\x7e]*"$' },
};

const RETRY_AFTER = {
  description: 'After how many whole seconds the same request may go better.',
  required: false,
  schema: { type: 'integer', minimum: 1 },
};

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of the thing as you saw it: once somebody else has changed it, nothing is done. `*` asks that it is there.',
  schema: { type: 'string', pattern: '^(\\*|("[\\x21\\x23-\\x7e]*"(, ?)?)+)$' },
};

const KEY =
  'An admin key: gdn_admin_<id>_<secret>. Keys of servers and of browsers may evaluate and nothing else.';
const SECURITY = {
  bearer: { type: 'http', scheme: 'bearer', description: KEY },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: KEY },
};

function isDescribed(route: KnownRoute): route is DescribedRoute {
  return route.url.startsWith(PREFIX) && route.config.description !== undefined;
}

function keyOf({ method, url }: KnownRoute): string {
  return `${templateOf(url)} ${method}`;
}
