import { USAGE_HOURS, USAGE_ROUTE, type UsageDocument } from '@guidon/protocol';
import { usageDocumentSchema } from '@guidon/protocol/schemas';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { Permit } from '../access/index.js';
import { Describe } from '../kernel/http/index.js';
import { validated } from '../kernel/problem/index.js';
import { HourlyUsage } from './hourly-usage.js';

const hours = `a whole number of 1 to ${USAGE_HOURS.most}`;

export const usageSearchSchema = z.strictObject({
  environment: z.string().min(1).max(128).optional(),
  flag: z.string().min(1).max(128).optional(),
  hours: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, hours)
    .refine((text) => Number(text) <= USAGE_HOURS.most, hours)
    .optional(),
});

/** Which answers flags gave within the last hours. */
@Controller(USAGE_ROUTE)
export class UsageController {
  constructor(@Inject(HourlyUsage) private readonly usage: HourlyUsage) {}

  /** `?environment=&flag=&hours=24`, each of which may be left out. */
  @Get()
  @Permit('usage.read')
  @Describe({
    name: 'getUsage',
    summary: 'Which answers flags gave within the last hours.',
    query: usageSearchSchema,
    answer: { UsageDocument: usageDocumentSchema },
  })
  read(@Query() query: unknown): Promise<UsageDocument> {
    const search = validated(usageSearchSchema, query, { from: 'query' });
    return this.usage.read({ ...search, hours: Number(search.hours ?? USAGE_HOURS.usual) });
  }
}
