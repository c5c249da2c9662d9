import { SDK_HEADERS, SDK_ROUTES } from '@guidon/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveCatalog, LiveEnvironment } from '../catalog/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { matchesEntityTag } from './entity-tag.js';
import { sendRaw } from './raw-reply.js';
import type { RetryAfter } from './retry-after.js';
import { chooseEncoding, type RulesetBodies } from './ruleset-bodies.js';
import type { ServingMetrics } from './serving-metrics.js';
import type { StreamHub } from './stream-hub.js';

export interface SdkParts {
  readonly catalog: LiveCatalog;
  readonly bodies: RulesetBodies;
  readonly hub: StreamHub;
  readonly retryAfter: RetryAfter;
  readonly metrics: ServingMetrics;
}

type Answer = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

const INSTANCE_FORM = /^[\w.:-]{1,128}$/;

/** What server SDKs speak: the ruleset of their environment, and the stream that keeps it fresh. */
export function registerSdk(fastify: FastifyInstance, parts: SdkParts): void {
  const config = { access: ['server'] as const };
  const onRequest: Answer = (request, reply, done) => {
    try {
      sendRuleset(parts, request, reply);
    } catch (error) {
      done(error as Error);
    }
  };
  // Answered in the hook, like OFREP: the most frequent answer of all, 304, should cost next to nothing.
  fastify.get(SDK_ROUTES.ruleset, { config, onRequest }, neverReached);
  fastify.get(SDK_ROUTES.stream, { config, exposeHeadRoute: false }, (request, reply) =>
    openStream(parts, request, reply),
  );
}

function neverReached(): never {
  throw new Error('The ruleset is answered in the onRequest hook of its route.');
}

function sendRuleset(parts: SdkParts, request: FastifyRequest, reply: FastifyReply): void {
  const body = parts.bodies.of(liveFor(parts, request));
  if (matchesEntityTag(request.headers['if-none-match'], body.etag)) {
    parts.metrics.ruleset.unchanged += 1;
    sendRaw(reply, 304, body.unchanged);
    return;
  }
  parts.metrics.ruleset.full += 1;
  const encoding = chooseEncoding(headerOf(request, 'accept-encoding'));
  const ready = body.ready(encoding);
  if (ready !== undefined) {
    sendRaw(reply, 200, ready);
    return;
  }
  body.encoded(encoding).then(
    (encoded) => sendRaw(reply, 200, encoded),
    (error: unknown) => reply.send(error),
  );
}

function openStream(parts: SdkParts, request: FastifyRequest, reply: FastifyReply): void {
  const live = liveFor(parts, request);
  const { socket } = reply.raw;
  const refused = socket === null ? 'too-fast' : parts.hub.whyRefused();
  if (socket === null || refused !== undefined) throw refusal(parts, refused);
  reply.hijack();
  socket.setNoDelay(true);
  socket.setTimeout(0);
  const lastEventId = headerOf(request, 'last-event-id');
  const closed = parts.hub.open(
    {
      socket,
      environment: live.environment,
      keyId: request.caller?.keyId ?? '',
      instance: instanceOf(request),
      boot: named(request, SDK_HEADERS.boot),
    },
    { live, ...(lastEventId === undefined ? {} : { lastEventId }) },
  );
  socket.once('close', closed);
}

function refusal(parts: SdkParts, why: string | undefined): DomainError {
  const sentence =
    why === 'draining' ? 'This server is closing.' : 'This server has no room for another stream now.';
  return new DomainError('streams-exhausted', {
    detail: `${sentence} Reconnect after the seconds that Retry-After names.`,
    retryAfterSeconds: Number(parts.retryAfter.next()),
  });
}

/** The environment of the caller's key as it is now; throws when nothing is loaded or the key names no environment. */
function liveFor(parts: SdkParts, request: FastifyRequest): LiveEnvironment {
  const environment = request.caller?.environment ?? '';
  const live = parts.catalog.rulesetFor(environment, instanceOf(request));
  if (live !== undefined) return live;
  if (parts.catalog.environments().length === 0)
    throw new DomainError('snapshot-unavailable', {
      detail: 'Nothing good has been loaded yet. Try again in the seconds that Retry-After names.',
      retryAfterSeconds: Number(parts.retryAfter.next()),
    });
  throw new DomainError('environment-not-found', {
    detail: `This key is bound to environment "${environment}", which the project does not have.`,
  });
}

function instanceOf(request: FastifyRequest): string | undefined {
  return named(request, SDK_HEADERS.instance);
}

/** A name that a client gave itself, or nothing when it is not one. */
function named(request: FastifyRequest, header: string): string | undefined {
  const value = headerOf(request, header);
  return value !== undefined && INSTANCE_FORM.test(value) ? value : undefined;
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
