import type { FastifyContextConfig, FastifyInstance } from 'fastify';

/** A route as the router has it. */
export interface KnownRoute {
  /** Upper case. `HEAD`, which Fastify adds to every `GET`, is left out. */
  readonly method: string;
  /** With parameters as `:name`. */
  readonly url: string;
  readonly config: FastifyContextConfig;
}

const books = new WeakMap<object, KnownRoute[]>();

/** Writes down every route that is registered from now on, whoever registers it. */
export function keepRouteBook(instance: FastifyInstance): void {
  const book: KnownRoute[] = [];
  books.set(instance.server, book);
  instance.addHook('onRoute', ({ method, url, config = {} }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') book.push({ method: one, url, config });
  });
}

/** What was registered so far. */
export function routesOf(instance: Pick<FastifyInstance, 'server'>): readonly KnownRoute[] {
  return books.get(instance.server) ?? [];
}
