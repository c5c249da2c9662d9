import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type RequestSpan, type Tracing, tracingInUse } from './spans.js';

/** Routes that answer in microseconds, many at once: a span of theirs is made only within a trace that the caller takes. */
const HOT = /^\/(ofrep|sdk|flagd)\//;
const SAMPLED = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f][13579bdf]$/;

/**
 * A span for each request, named by the pattern of its route: addresses hold keys of flags and ids. Nothing is hooked in where
 * nobody asked for spans. Call it before other hooks, so that what they refuse is seen as well.
 */
export function traceRequests(instance: FastifyInstance): void {
  const tracing = tracingInUse();
  if (tracing === undefined) return;
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  instance.addHook('onRequest', (request, reply, done) => {
    const span = spanOf(tracing, request);
    if (span !== undefined) {
      spans.set(request, span);
      reply.raw.once('close', () => span.end(reply.raw.statusCode));
    }
    done();
  });
  // Not before the body is read: what reads it runs in the course of the socket.
  instance.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.within(done);
  });
}

function spanOf(tracing: Tracing, request: FastifyRequest): RequestSpan | undefined {
  const route = request.routeOptions.url;
  const traceparent = textOf(request.headers.traceparent);
  const isTaken = traceparent !== undefined && SAMPLED.test(traceparent);
  if (route !== undefined && HOT.test(route) && !isTaken) return undefined;
  return tracing.request({
    name: route === undefined ? request.method : `${request.method} ${route}`,
    facts: {
      'http.request.method': request.method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'guidon.request_id': request.id,
    },
    ...{ traceparent, tracestate: textOf(request.headers.tracestate) },
  });
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
