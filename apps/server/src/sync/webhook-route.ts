import { type RefusedWebhook, WEBHOOK_LIMIT_BYTES, type WebhookRefusal, webhook } from '@guidon/git/hosts';
import type { ErrorCode } from '@guidon/protocol/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../kernel/clock/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { SyncMetrics } from './sync-metrics.js';
import type { WebhookIntake } from './webhook-intake.js';

export interface WebhookRouteParts {
  readonly intake: Pick<WebhookIntake, 'take'>;
  readonly metrics: Pick<SyncMetrics, 'deliveries'>;
  readonly clock: Clock;
  /** Any of them fits; none: every delivery is refused. */
  readonly secrets: readonly string[];
}

export const WEBHOOK_PATH = '/hooks/git';

const CODES: { readonly [Refusal in WebhookRefusal]: ErrorCode } = {
  unsigned: 'webhook-unsigned',
  'bad-signature': 'webhook-unsigned',
  'too-large': 'payload-too-large',
  'not-json': 'unsupported-media-type',
  'bad-body': 'request-invalid',
};

/**
 * `POST /hooks/git`: what a Git host calls after a push. Public, since the signature over the raw bytes is the proof; so
 * the body is not parsed before. Answers 202 when word is left that a sync is wanted; the leader does the work.
 */
export function registerWebhook(fastify: FastifyInstance, parts: WebhookRouteParts): void {
  fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: WEBHOOK_LIMIT_BYTES },
      (_request, body, parsed) => parsed(null, body),
    );
    // What is left of a body that was refused unread must not be read to its end only to keep the connection.
    scope.addHook('onSend', (_request, reply, _payload, sent) => {
      if (reply.statusCode >= 400) reply.header('connection', 'close');
      sent();
    });
    scope.addHook('onError', (_request, _reply, _error, counted) => {
      parts.metrics.deliveries.inc({ outcome: 'refused' });
      counted();
    });
    scope.post(WEBHOOK_PATH, {
      config: { access: 'public' },
      onRequest: (_request, _reply, next) => next(whyClosed(parts)),
      handler: (request, reply) => answer(parts, request, reply),
    });
    done();
  });
}

function whyClosed({ secrets }: WebhookRouteParts): DomainError | undefined {
  if (secrets.length > 0) return undefined;
  return new DomainError('not-found', {
    detail: 'No webhooks are taken here: set GUIDON_WEBHOOK_SECRET, and the same secret at the Git host.',
  });
}

async function answer(
  parts: WebhookRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<object> {
  const { secrets, clock, intake } = parts;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const hook = webhook(request.headers, body, { secrets, nowMs: clock.nowMs() });
  if ('refused' in hook) throw refusal(hook);
  const taken = await intake.take(hook);
  reply.code(202);
  return taken;
}

function refusal({ code, refused }: RefusedWebhook): DomainError {
  return new DomainError(CODES[code], { detail: refused });
}
