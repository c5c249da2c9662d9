import { TELEMETRY_LIMITS, TELEMETRY_ROUTE, type TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../identity/index.js';
import type { Clock } from '../kernel/clock/index.js';
import { DomainError, validated } from '../kernel/problem/index.js';
import type { UsageMetrics } from './usage-metrics.js';
import type { UsageStore } from './usage-store.js';
import { WebAllowance } from './web-allowance.js';

export interface TelemetryParts {
  readonly store: Pick<UsageStore, 'take'>;
  readonly metrics: UsageMetrics;
  readonly clock: Clock;
  /**
   * Whether the time is the one that all servers go by: not before the database answered once. A report that was put down by
   * the clock of a host that is ahead would outweigh later ones. Always, unless given.
   */
  readonly isTimeAgreed?: () => boolean;
}

/** `POST /sdk/v1/telemetry`: a plain route, answered from memory. Reports of web keys are counted apart and not stored. */
export function registerTelemetry(fastify: FastifyInstance, parts: TelemetryParts): void {
  const allowance = new WebAllowance();
  const options = {
    config: { access: ['server', 'web'] as const },
    bodyLimit: TELEMETRY_LIMITS.bodyBytes,
  };
  fastify.post(TELEMETRY_ROUTE, options, (request: FastifyRequest, reply: FastifyReply) => {
    const { environment, kind } = callerOf(request);
    const nowMs = parts.clock.nowMs();
    if (environment === undefined || parts.isTimeAgreed?.() === false)
      throw new DomainError('snapshot-unavailable', {
        detail: 'Nothing good has been loaded yet, so there is nothing to report on. Report again later.',
        retryAfterSeconds: 5,
      });
    if (kind === 'web' && !allowance.admits(environment, nowMs))
      throw new DomainError('too-many-requests', {
        detail:
          'More reports came with web keys than are counted. Report again after the seconds of Retry-After.',
        retryAfterSeconds: 30,
      });
    const report = validated(telemetrySchema, request.body) as TelemetryReport;
    parts.metrics.count(report, { environment, source: kind === 'web' ? 'web' : 'server', nowMs });
    if (kind === 'server') parts.store.take(report, { environment, nowMs });
    return reply.code(202).send();
  });
}
