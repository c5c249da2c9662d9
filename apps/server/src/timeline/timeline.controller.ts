import type { TimelineDocument } from '@guidon/protocol';
import { timelineDocumentSchema } from '@guidon/protocol/schemas';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Permit } from '../access/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { Describe } from '../kernel/http/index.js';
import { Timeline } from './timeline.js';
import { readTimelineQuery, timelineSearchSchema } from './timeline-query.js';

/** `GET /api/v1/timeline?around=TIME`: "the error rate rose then: what changed just before?" */
@Controller('/api/v1/timeline')
export class TimelineController {
  constructor(
    @Inject(Timeline) private readonly timeline: Timeline,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Permit('timeline.read')
  @Describe({
    name: 'getTimeline',
    summary: 'What changed before a moment, the newest first.',
    query: timelineSearchSchema,
    answer: { TimelineDocument: timelineDocumentSchema },
    errors: ['environment-not-found'],
  })
  read(@Query() query: unknown): Promise<TimelineDocument> {
    return this.timeline.read(readTimelineQuery(query, this.clock.nowMs()));
  }
}
