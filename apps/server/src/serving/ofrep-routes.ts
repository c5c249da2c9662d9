import type { EvaluationContext } from '@guidon/engine/model';
import { OFREP_ROUTES } from '@guidon/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveCatalog, LiveEnvironment } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { AnswerSheets } from './answer-sheets.js';
import { matchesEntityTag } from './entity-tag.js';
import { readContext } from './ofrep-context.js';
import { keyOf, OFREP_PREFIX } from './ofrep-problem.js';
import { encodeFailure, flagNotFound, OfrepRefusal } from './ofrep-refusal.js';
import { jsonHeaders, type RawHeaders, sendRaw } from './raw-reply.js';
import { readBody } from './read-body.js';
import type { RetryAfter } from './retry-after.js';
import type { OfrepOutcome, OfrepRoute, ServingMetrics } from './serving-metrics.js';

export interface OfrepParts {
  readonly catalog: LiveCatalog;
  readonly sheets: AnswerSheets;
  readonly clock: Clock;
  readonly retryAfter: RetryAfter;
  readonly metrics: ServingMetrics;
}

/** One request as the two evaluations see it. */
interface Question {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly live: LiveEnvironment;
  readonly context: EvaluationContext;
}

type Answer = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** A wildcard, so that an over-long key and one with a slash still get FLAG_NOT_FOUND instead of a bare 404. */
const SINGLE_PATTERN = `${OFREP_ROUTES.bulk}/*`;
const OTHER_METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'];
const ALLOW: RawHeaders = ['allow', 'POST, OPTIONS'];
const EVALUATIONS = { single: answerSingle, bulk: answerBulk } as const;

const NOT_LOADED = new OfrepRefusal(
  503,
  'PROVIDER_NOT_READY',
  'Nothing good has been loaded yet. Try again in the seconds that Retry-After names.',
);
const WRONG_METHOD = new OfrepRefusal(405, 'GENERAL', 'Evaluate with POST.');
const NO_SUCH_PATH = new OfrepRefusal(
  400,
  'GENERAL',
  `There is no such path. Evaluate with POST at ${OFREP_ROUTES.bulk} or ${OFREP_ROUTES.bulk}/{key}.`,
);

/**
 * OFREP, OpenAPI 0.3.0. Each route answers from its own `onRequest` hook, which runs after the root's (authentication,
 * CORS): the body is read and judged here, so Fastify's body parser, serialiser and their error shapes never run.
 */
export function registerOfrep(fastify: FastifyInstance, parts: OfrepParts): void {
  const route = (url: string, method: string[], onRequest: Answer) =>
    fastify.route({ url, method, config: { access: ['server', 'web'] }, onRequest, handler: neverReached });
  route(SINGLE_PATTERN, ['POST'], answering(parts, 'single'));
  route(OFREP_ROUTES.bulk, ['POST'], answering(parts, 'bulk'));
  for (const url of [SINGLE_PATTERN, OFREP_ROUTES.bulk]) {
    route(url, OTHER_METHODS, (request, reply) => refuse({ request, reply, more: ALLOW }, WRONG_METHOD));
    fastify.options(url, { config: { access: 'public' } }, (_request, reply) => {
      void reply.code(204).header('allow', 'POST, OPTIONS').send();
    });
  }
  route(`${OFREP_PREFIX}*`, ['POST', ...OTHER_METHODS], (request, reply) =>
    refuse({ request, reply }, NO_SUCH_PATH),
  );
}

function neverReached(): never {
  throw new Error('An OFREP route answers from its onRequest hook.');
}

function answering(parts: OfrepParts, route: OfrepRoute): Answer {
  const counts = parts.metrics[route];
  const evaluate = EVALUATIONS[route];
  return (request, reply) =>
    readBody(request, (text) => {
      try {
        counts[outcomeOf(parts, { request, reply, text, evaluate })] += 1;
      } catch (error) {
        counts.failed += 1;
        // The error handler makes it an opaque 500 in the shape of OFREP.
        void reply.send(error);
      }
    });
}

interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly text: string | OfrepRefusal;
  readonly evaluate: (parts: OfrepParts, question: Question) => OfrepOutcome;
}

function outcomeOf(parts: OfrepParts, asked: Asked): OfrepOutcome {
  const { request, reply, text } = asked;
  const context = typeof text === 'string' ? readContext(text) : text;
  if (context instanceof OfrepRefusal) return refuse(asked, context);
  const environment = request.caller?.environment ?? '';
  const live = parts.catalog.current(environment);
  if (live !== undefined) return asked.evaluate(parts, { request, reply, live, context });
  if (parts.catalog.environments().length > 0) return refuse(asked, unknownEnvironment(environment));
  return refuse({ request, reply, more: ['retry-after', parts.retryAfter.next()] }, NOT_LOADED);
}

function answerSingle(parts: OfrepParts, question: Question): OfrepOutcome {
  const { request, reply, live, context } = question;
  const key = (request.params as { readonly '*': string })['*'];
  if (key === '') return refuse({ request, reply }, NO_SUCH_PATH);
  const answers = parts.sheets.of(live).answers(key);
  if (answers === undefined) return refuse({ request, reply }, flagNotFound(key, live.environment));
  const fragment = answers.fragment(context, parts.clock.nowMs());
  sendRaw(reply, fragment.status, fragment);
  return fragment.status === 200 ? 'answered' : 'failed';
}

function answerBulk(parts: OfrepParts, question: Question): OfrepOutcome {
  const { request, reply, live, context } = question;
  const bulk = parts.sheets.of(live).bulk(context, parts.clock.nowMs());
  if (matchesEntityTag(request.headers['if-none-match'], bulk.etag)) {
    sendRaw(reply, 304, { headers: ['etag', bulk.etag, 'cache-control', 'no-store'] });
    return 'unchanged';
  }
  const body = bulk.body();
  sendRaw(reply, 200, { headers: jsonHeaders(body, ['etag', bulk.etag]), body });
  return 'answered';
}

interface Refused {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly more?: RawHeaders;
}

function refuse({ request, reply, more = [] }: Refused, refusal: OfrepRefusal): OfrepOutcome {
  const body = encodeFailure(refusal, keyOf(request.url));
  // What is left of a body that was not read must not be taken for the next request.
  const extra = refusal.status === 413 ? ['connection', 'close', ...more] : more;
  sendRaw(reply, refusal.status, { headers: jsonHeaders(body, extra), body });
  if (refusal.status === 404) return 'not_found';
  return refusal.status === 503 ? 'unavailable' : 'refused';
}

function unknownEnvironment(environment: string): OfrepRefusal {
  return new OfrepRefusal(
    400,
    'GENERAL',
    `This key is bound to environment "${environment}", which the project does not have. Use a key of another environment, or add it to guidon.yaml.`,
  );
}
