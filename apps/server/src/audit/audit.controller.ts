import { Controller, Get, Inject, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { validated } from '../kernel/problem/index.js';
import { AuditReader } from './audit-reader.js';

const number = z.string().regex(/^[1-9]\d{0,14}$/, 'must be a whole number above 0');
const pageQuery = z.strictObject({ before: number.optional(), limit: number.optional() });

const LIMIT = { usual: 50, most: 500 } as const;

/** `GET /api/v1/audit?before=<sequence>&limit=<n>`, newest first, and `GET /api/v1/audit/verify`. */
@Controller('/api/v1/audit')
export class AuditController {
  constructor(@Inject(AuditReader) private readonly reader: AuditReader) {}

  @Get()
  @RouteConfig({ access: ['admin'] })
  async list(@Query() query: unknown): Promise<object> {
    const asked = validated(pageQuery, query, { from: 'query' });
    const limit = Math.min(Number(asked.limit ?? LIMIT.usual), LIMIT.most);
    const links = await this.reader.page({ before: Number(asked.before ?? Number.MAX_SAFE_INTEGER), limit });
    const last = links.at(-1);
    const entries = links.map((link) => ({ ...(JSON.parse(link.body) as object), hash: link.hash }));
    const more = links.length === limit && last !== undefined && last.sequence > 1;
    return more ? { entries, next: last.sequence } : { entries };
  }

  /** Whether the chain is whole, or where it is broken first. */
  @Get('/verify')
  @RouteConfig({ access: ['admin'] })
  async verify(): Promise<object> {
    const verdict = await this.reader.verify();
    return verdict.ok
      ? { ok: true, checked: verdict.head.sequence, head: verdict.head.hash }
      : { ok: false, firstBroken: { sequence: verdict.sequence, reason: verdict.reason } };
  }
}
