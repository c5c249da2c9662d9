import type { z } from 'zod';
import type { KnownRoute, RouteDescription } from '../kernel/http/index.js';
import { type JsonSchema, parameterSchema, refTo } from './document-schemas.js';
import { errorsOf, refusalName } from './route-errors.js';

export interface DescribedRoute extends KnownRoute {
  readonly config: KnownRoute['config'] & { readonly description: RouteDescription };
}

/** As OpenAPI writes it: `/api/v1/keys/{id}/rotate`. */
export function templateOf(url: string): string {
  const path = url.replaceAll(/:(\w+)/g, '{$1}');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** One operation of the document, from what the route itself declares. */
export function operationOf(route: DescribedRoute): JsonSchema {
  const { access, action, description, ifMatch } = route.config;
  const { name, summary, body, answer, idempotent, tagged } = description;
  const open = access === 'public';
  const parameters = [
    ...pathParameters(route),
    ...queryParameters(description.query),
    ...Object.entries(description.headers ?? {}).map(([header, schema]) => ({
      ...{ name: header, in: 'header', required: false, schema: parameterSchema(schema) },
    })),
    ...(ifMatch === true ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
    ...(idempotent === true ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
  ];
  return {
    operationId: name,
    summary,
    ...(action === undefined ? {} : { 'x-guidon-permission': action }),
    ...(open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: refToOnly(body) } } } }),
    responses: {
      200: {
        description: 'Done.',
        ...(tagged === true ? { headers: { ETag: { $ref: '#/components/headers/ETag' } } } : {}),
        content:
          typeof answer === 'string'
            ? { [answer]: { schema: { type: 'string' } } }
            : { 'application/json': { schema: refToOnly(answer) } },
      },
      ...errorResponses(route),
    },
  };
}

function pathParameters({ url, config }: DescribedRoute): JsonSchema[] {
  const { params = {} } = config.description;
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const schema = params[name];
    return {
      ...{ name, in: 'path', required: true },
      schema: schema === undefined ? { type: 'string', minLength: 1 } : parameterSchema(schema),
    };
  });
}

function queryParameters(query: z.ZodObject | undefined): JsonSchema[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = parameterSchema(query) as {
    readonly properties?: { readonly [name: string]: JsonSchema };
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
}

function errorResponses(route: DescribedRoute): { readonly [status: string]: JsonSchema } {
  const responses = [...errorsOf(route)].map(([status, codes]) => {
    return [status, { $ref: `#/components/responses/${refusalName(status, codes)}` }];
  });
  return Object.fromEntries(responses);
}

function refToOnly(named: { readonly [name: string]: unknown }): JsonSchema {
  const [name = '', ...more] = Object.keys(named);
  if (more.length > 0) throw new Error(`${name} and ${more.join(', ')} stand where one schema belongs.`);
  return refTo(name);
}
