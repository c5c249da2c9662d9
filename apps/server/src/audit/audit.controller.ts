import { Readable } from 'node:stream';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DeclareAction, Describe } from '../kernel/http/index.js';
import { validated } from '../kernel/problem/index.js';
import { auditEntrySchema, auditPageSchema, auditVerdictSchema } from './audit-answers.js';
import { AuditReader } from './audit-reader.js';
import { exportSchema, searchSchema } from './audit-search.js';
import { AUDIT_KEY, type AuditKey } from './checkpoint-signer.js';

const LIMIT = { usual: 50, most: 500 } as const;

/** The log: searched newest first, verified, and exported whole for whoever wants to verify it elsewhere. */
@Controller('/api/v1/audit')
export class AuditController {
  constructor(
    @Inject(AuditReader) private readonly reader: AuditReader,
    @Inject(AUDIT_KEY) private readonly key: AuditKey,
  ) {}

  /** `?before=<sequence>&limit=<n>` and any of the fields of an entry. */
  @Get()
  @DeclareAction('audit.read')
  @Describe({
    name: 'searchAudit',
    summary: 'Entries of the log that fit, newest first.',
    query: searchSchema,
    answer: { AuditPage: auditPageSchema },
    parts: { AuditEntry: auditEntrySchema },
  })
  async list(@Query() query: unknown): Promise<object> {
    const { before, limit: asked, ...search } = validated(searchSchema, query, { from: 'query' });
    const limit = Math.min(Number(asked ?? LIMIT.usual), LIMIT.most);
    const links = await this.reader.page(search, {
      before: Number(before ?? Number.MAX_SAFE_INTEGER),
      limit,
    });
    const last = links.at(-1);
    const entries = links.map((link) => ({ ...(JSON.parse(link.body) as object), hash: link.hash }));
    const more = links.length === limit && last !== undefined && last.sequence > 1;
    return more ? { entries, next: last.sequence } : { entries };
  }

  /** Whether the chain is whole, and how far checkpoints vouch for it; or where it is broken first. */
  @Get('/verify')
  @DeclareAction('audit.read')
  @Describe({
    name: 'verifyAudit',
    summary: 'Whether the log is whole, and how far signed checkpoints vouch for it.',
    answer: { AuditVerdict: auditVerdictSchema },
  })
  async verify(): Promise<object> {
    const verdict = await this.reader.verify();
    if (!verdict.ok)
      return { ok: false, firstBroken: { sequence: verdict.sequence, reason: verdict.reason } };
    const { head, checkpoints } = verdict;
    const { publicKey } = this.key;
    return {
      ok: true,
      checked: head.sequence,
      head: head.hash,
      checkpoints: { ...checkpoints, ...(publicKey === undefined ? {} : { publicKey }) },
    };
  }

  /** One line an entry or checkpoint, oldest first: the exact texts that were hashed and signed. */
  @Get('/export')
  @DeclareAction('audit.read')
  @Describe({
    name: 'exportAudit',
    summary: 'The log from its beginning, one line of JSON for each entry or checkpoint.',
    query: exportSchema,
    answer: 'application/x-ndjson',
  })
  export(@Query() query: unknown, @Res() reply: FastifyReply): void {
    const { after } = validated(exportSchema, query, { from: 'query' });
    reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .send(Readable.from(this.lines(Number(after ?? 0))));
  }

  private async *lines(after: number): AsyncGenerator<string> {
    for await (const { links, checkpoints } of this.reader.stretches({ after })) {
      const entries = links.map(({ sequence, body, previousHash, hash }) => ({
        ...{ sequence, body, previousHash, hash },
      }));
      const lines = [...entries, ...checkpoints.map((checkpoint) => ({ checkpoint }))];
      yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    }
  }
}
