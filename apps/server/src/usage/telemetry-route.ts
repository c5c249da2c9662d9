import {
  TAKES_ANSWERS,
  TAKES_GUARDED,
  TELEMETRY_LIMITS,
  TELEMETRY_ROUTE,
  TELEMETRY_TAKES_HEADER,
  type TelemetryReport,
} from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../identity/index.js';
import type { Clock } from '../kernel/clock/index.js';
import { DomainError, validated } from '../kernel/problem/index.js';
import type { GuardWindows } from './guard-windows.js';
import type { HourlyUsage } from './hourly-usage.js';
import type { UsageMetrics } from './usage-metrics.js';
import type { UsageStore } from './usage-store.js';
import { WebAllowance } from './web-allowance.js';

const TAKES = `${TAKES_ANSWERS} ${TAKES_GUARDED}`;

export interface TelemetryParts {
  readonly store: Pick<UsageStore, 'take'>;
  readonly hourly: Pick<HourlyUsage, 'take'>;
  readonly guards: Pick<GuardWindows, 'take'>;
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
    bodyLimit: TELEMETRY_LIMITS.answersBodyBytes,
    preParsing: refuseLarge,
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
    // Anybody has a web key, so what it says of answers and for guards is not believed, and it is not asked for it.
    if (kind !== 'server') return reply.code(202).send();
    parts.store.take(report, { environment, nowMs });
    parts.hourly.take(report, { environment, nowMs });
    parts.guards.take(report, { environment, nowMs });
    return reply.code(202).header(TELEMETRY_TAKES_HEADER, TAKES).send();
  });
}

/** Bodies of web keys stay small: they have no answers in them. */
function refuseLarge(
  request: FastifyRequest,
  _reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload?: never) => void,
): void {
  const isLarge = Number(request.headers['content-length'] ?? 0) > TELEMETRY_LIMITS.bodyBytes;
  const detail = `A report with a web key has at most ${TELEMETRY_LIMITS.bodyBytes} bytes.`;
  if (isLarge && callerOf(request).kind !== 'server') done(new DomainError('payload-too-large', { detail }));
  else done(null, payload as never);
}
