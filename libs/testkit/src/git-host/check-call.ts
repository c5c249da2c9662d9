import type { HostDocument, Operation } from './documents.js';

export interface HostCallSeen {
  readonly method: string;
  /** As it was sent, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** Parsed; undefined for an empty one. */
  readonly body: unknown;
}

export type CheckedCall =
  | { readonly operation: Operation; readonly parts: ReadonlyMap<string, string> }
  | { readonly status: number; readonly message: string };

/** Whether a document allows a call, or how the host would refuse it. */
export function checkCall(document: HostDocument, call: HostCallSeen, token: string): CheckedCall {
  if (call.headers[document.auth.header] !== `${document.auth.prefix}${token}`)
    return { status: 401, message: 'Bad credentials' };
  const fitting = document.operations
    .map((operation) => ({ operation, parts: partsOf(document.root + operation.path, call.path) }))
    .filter((one): one is Exclude<typeof one, { parts: undefined }> & { parts: Map<string, string> } => {
      return one.parts !== undefined;
    });
  const found = fitting.find(({ operation }) => operation.method === call.method);
  if (found === undefined)
    return { status: fitting.length > 0 ? 405 : 404, message: `no document has ${call.method} ${call.path}` };
  const why = whyQueryRefused(found.operation, call.query) ?? whyBodyRefused(found.operation, call);
  return why === undefined ? found : { status: 422, message: why };
}

function partsOf(pattern: string, path: string): Map<string, string> | undefined {
  const [names, values] = [pattern.split('/'), path.split('/')];
  if (names.length !== values.length) return undefined;
  const parts = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    const isPart = name.startsWith('{');
    if (!isPart && name !== value) return undefined;
    if (isPart && value === '') return undefined;
    if (isPart) parts.set(name.slice(1, -1), decodeURIComponent(value));
  }
  return parts;
}

function whyQueryRefused({ query = [] }: Operation, given: URLSearchParams): string | undefined {
  const unknown = [...given.keys()].find((name) => !query.includes(name));
  return unknown === undefined ? undefined : `the query "${unknown}" is in no document`;
}

function whyBodyRefused(operation: Operation, { body, headers }: HostCallSeen): string | undefined {
  if (operation.body === undefined) return body === undefined ? undefined : 'this call has no body';
  if (!/^application\/json/.test(String(headers['content-type'] ?? '')))
    return 'the body is not sent as JSON';
  if (typeof body !== 'object' || body === null) return 'the body is no object';
  const { required, optional } = operation.body;
  const missing = required.find((name) => !Object.hasOwn(body, name));
  if (missing !== undefined) return `"${missing}" is required`;
  const unknown = Object.keys(body).find((name) => ![...required, ...optional].includes(name));
  if (unknown !== undefined) return `"${unknown}" is in no document`;
  const odd = Object.entries(operation.values ?? {}).find(([name, allowed]) => {
    const value = (body as { [field: string]: unknown })[name];
    return value !== undefined && !allowed.includes(String(value));
  });
  return odd === undefined ? undefined : `"${odd[0]}" is none of ${odd[1].join(', ')}`;
}
