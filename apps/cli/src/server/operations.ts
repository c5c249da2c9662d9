import type { paths } from './management-api.js';

/** What of the OpenAPI document's types the client needs, for any operation. */
export type Method = 'get' | 'post';

/** Paths that have an operation of this method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { readonly [K in M]: object } ? P : never;
}[keyof paths];

export type OperationOf<P extends keyof paths, M extends Method> = paths[P] extends {
  readonly [K in M]: infer O extends object;
}
  ? O
  : never;

/** The body of the answer when all went well. */
export type AnswerOf<O> = O extends { readonly responses: { readonly 200: { readonly content: infer C } } }
  ? C[keyof C]
  : never;

type Params<O> = O extends { readonly parameters: { readonly path: infer P extends object } }
  ? { readonly params: P }
  : { readonly params?: never };
type Query<O> = O extends { readonly parameters: { readonly query?: infer Q } }
  ? { readonly query?: NonNullable<Q> }
  : { readonly query?: never };
type Body<O> = O extends {
  readonly requestBody: { readonly content: { readonly 'application/json': infer B } };
}
  ? { readonly body: Readable<B> }
  : { readonly body?: never };

/** Lists that are only read may be sent. */
type Readable<T> = T extends readonly (infer U)[]
  ? readonly Readable<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Readable<T[K]> }
    : T;

type IfMatch<O> = O extends { readonly parameters: { readonly header?: { readonly 'If-Match'?: string } } }
  ? { readonly ifMatch?: string | undefined }
  : { readonly ifMatch?: never };

/** What an operation is called with. */
export type InputOf<O> = Params<O> & Query<O> & Body<O> & IfMatch<O>;

/** Left out where nothing has to be said. */
export type Given<O> = object extends InputOf<O> ? [input?: InputOf<O>] : [input: InputOf<O>];

/** What any input looks like once types are gone. */
export interface PlainInput {
  readonly params?: { readonly [name: string]: string };
  readonly query?: { readonly [name: string]: string | undefined };
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
}

/** The path with its parts and its query filled in. */
export function addressOf(path: string, { params = {}, query = {} }: PlainInput): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_part, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return asked.length === 0 ? filled : `${filled}?${new URLSearchParams(asked as [string, string][])}`;
}
