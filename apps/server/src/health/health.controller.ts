import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { Public } from '../access/index.js';
import { METRICS } from '../kernel/metrics/index.js';
import { validated } from '../kernel/problem/index.js';
import { decideReadiness, decideWriteReadiness } from './decide-readiness.js';
import { HealthFactsReader } from './health-facts.js';

const readyQuery = z.strictObject({ scope: z.enum(['read', 'write']).optional() });

/** Four probes, four questions. Each answers from memory, so that a probe never waits for what it asks about. */
@Controller()
export class HealthController {
  constructor(
    @Inject(HealthFactsReader) private readonly facts: HealthFactsReader,
    @Inject(METRICS) private readonly metrics: Registry,
  ) {}

  /** "Should I be restarted?" No, as long as this is answered at all. */
  @Get('/livez')
  @Public()
  live(): object {
    return { status: 'live' };
  }

  /** "May the other probes begin?" */
  @Get('/startupz')
  @Public()
  startup(@Res() reply: FastifyReply): void {
    const started = this.facts.hasStarted();
    reply.code(started ? 200 : 503).send({ status: started ? 'started' : 'starting' });
  }

  @Get('/readyz')
  @Public()
  ready(@Query() query: unknown, @Res() reply: FastifyReply): void {
    const { scope } = validated(readyQuery, query, { from: 'query' });
    const decide = scope === 'write' ? decideWriteReadiness : decideReadiness;
    const { ready, reason, staleSeconds } = decide(this.facts.read());
    const drift = this.facts.driftReasons();
    // Told, never judged: a server that differs from Git still serves what was good.
    if (drift !== undefined) reply.header('guidon-drift', String(drift));
    if (staleSeconds !== undefined) reply.header('guidon-stale', String(staleSeconds));
    reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', reason });
  }

  @Get('/metrics')
  @Public()
  async expose(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.metrics.metrics();
    await reply.type(this.metrics.contentType).send(text);
  }
}
