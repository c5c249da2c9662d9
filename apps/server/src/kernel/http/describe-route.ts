import 'fastify';
import type { ErrorCode } from '@guidon/protocol/errors';
import type { z } from 'zod';
import { ExtendRouteConfig } from './route-config.js';

/** A schema under the name that it has in the OpenAPI document: `{ KeyDocument: keyDocumentSchema }`. */
export type NamedSchema = { readonly [name: string]: z.ZodType };

/** What a route of the management API takes and answers: the schemas are those with which it checks its input. */
export interface RouteDescription {
  /** Names the operation for generated clients: a verb and a noun, `pressRedButton`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Schemas of the parts of the path that have one; any other part is an opaque text. */
  readonly params?: NamedSchema;
  readonly query?: z.ZodObject;
  /** Headers that a caller may send, but for the key and `Idempotency-Key`. */
  readonly headers?: NamedSchema;
  /** One. */
  readonly body?: NamedSchema;
  /** One, for JSON; or the media type of a text. */
  readonly answer: NamedSchema | string;
  /** Schemas that an answer is made of and that get a name of their own. */
  readonly parts?: NamedSchema;
  /** Whether the answer has an `ETag`, for `If-Match`. */
  readonly tagged?: true;
  /** Whether an `Idempotency-Key` is honoured. */
  readonly idempotent?: true;
  /** Codes of the error registry besides those that every route of its kind may answer with. */
  readonly errors?: readonly ErrorCode[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An action of the permission table. */
    action?: string;
    description?: RouteDescription;
  }
}

/** Describes a controller's route for the OpenAPI document. A route of the management API without this fails a test. */
export function Describe(description: RouteDescription): MethodDecorator {
  return ExtendRouteConfig({ description });
}
