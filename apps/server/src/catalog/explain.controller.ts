import { type Explanation, explain } from '@guidon/engine/explain';
import type { EvaluationContext } from '@guidon/engine/model';
import { explainRequestSchema } from '@guidon/protocol/schemas';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Permit } from '../access/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { Describe } from '../kernel/http/index.js';
import { DomainError, validated } from '../kernel/problem/index.js';
import { conditionSchema, explainAnswerSchema } from './explain-answer.js';
import { flagNotFound } from './flags.controller.js';
import { LIVE_CATALOG, type LiveCatalog } from './live.js';

export interface ExplainAnswer extends Explanation {
  readonly generation: number;
}

/**
 * `POST /api/v1/flags/{key}/explain`: how this replica decides for one context now, kills and rollouts included. A
 * POST since contexts are personal and long, and addresses end up in logs; nothing is stored, counted or changed.
 */
@Controller('/api/v1/flags')
export class ExplainController {
  constructor(
    @Inject(LIVE_CATALOG) private readonly catalog: LiveCatalog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('/:key/explain')
  @HttpCode(200)
  @Permit('flag.read')
  @Describe({
    name: 'explainFlag',
    summary: 'How one context is answered now, step by step. Changes nothing.',
    body: { ExplainRequest: explainRequestSchema },
    answer: { Explanation: explainAnswerSchema },
    parts: { ExplainedCondition: conditionSchema },
    errors: ['environment-not-found', 'flag-not-found'],
  })
  explain(@Param('key') key: string, @Body() body: unknown): ExplainAnswer {
    const { environment, context = {}, at } = validated(explainRequestSchema, body);
    const wanted = environment ?? this.catalog.snapshot()?.project.environments[0]?.id;
    const live = wanted === undefined ? undefined : this.catalog.current(wanted);
    if (live === undefined) {
      const known = this.catalog.environments().join(', ');
      throw new DomainError('environment-not-found', {
        detail: `Nothing is served in ${wanted === undefined ? 'any environment yet' : `"${wanted}"`}${known === '' ? '' : `; choose ${known}`}.`,
      });
    }
    if (!live.view.flags.has(key)) throw flagNotFound(key, this.catalog);
    const explanation = explain(live.ruleset, key, {
      context: context as EvaluationContext,
      nowMs: at === undefined ? this.clock.nowMs() : Date.parse(at),
      killed: live.killed,
      snapshot: live.snapshot,
    });
    return { ...explanation, generation: live.generation };
  }
}
