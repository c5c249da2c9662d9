import type { ApprovalDocument } from '@guidon/protocol';
import { approvalDocumentSchema, approvalListSchema, decideApprovalSchema } from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askerOf, callerOf } from '../../identity/index.js';
import { Describe, tagOf } from '../../kernel/http/index.js';
import { validated } from '../../kernel/problem/index.js';
import { Access } from '../access-rules.js';
import { Permit } from '../permit.js';
import { Approvals } from './approvals.js';

/** What waits for a second person, and his answer. */
@Controller('/api/v1/approvals')
export class ApprovalsController {
  constructor(
    @Inject(Approvals) private readonly approvals: Approvals,
    @Inject(Access) private readonly access: Access,
  ) {}

  @Get()
  @Permit('approval.read')
  @Describe({
    name: 'listApprovals',
    summary: 'What waits for a second person, and what was decided.',
    answer: { ApprovalList: approvalListSchema },
  })
  async list(): Promise<{ approvals: ApprovalDocument[] }> {
    return { approvals: await this.approvals.list() };
  }

  @Get('/:id')
  @Permit('approval.read')
  @Describe({
    name: 'getApproval',
    summary: 'One of them.',
    answer: { ApprovalDocument: approvalDocumentSchema },
    tagged: true,
    errors: ['approval-not-found'],
  })
  async get(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApprovalDocument> {
    const approval = await this.approvals.get(id);
    reply.header('etag', tagOf(approval));
    return approval;
  }

  @Post('/:id/grant')
  @HttpCode(200)
  @Permit('approval.grant', { ifMatch: true })
  @Describe({
    name: 'grantApproval',
    summary: 'Agrees to what somebody else wants to do; that person then asks again.',
    body: { DecideApprovalRequest: decideApprovalSchema },
    answer: { ApprovalDocument: approvalDocumentSchema },
    idempotent: true,
    errors: ['approval-not-found', 'approval-over'],
  })
  grant(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ApprovalDocument> {
    return this.decide({ id, state: 'granted' }, body, request);
  }

  @Post('/:id/refuse')
  @HttpCode(200)
  @Permit('approval.grant', { ifMatch: true })
  @Describe({
    name: 'refuseApproval',
    summary: 'Says no to what somebody else wants to do.',
    body: { DecideApprovalRequest: decideApprovalSchema },
    answer: { ApprovalDocument: approvalDocumentSchema },
    idempotent: true,
    errors: ['approval-not-found', 'approval-over'],
  })
  refuse(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ApprovalDocument> {
    return this.decide({ id, state: 'refused' }, body, request);
  }

  private decide(
    decision: { id: string; state: 'granted' | 'refused' },
    body: unknown,
    request: FastifyRequest,
  ): Promise<ApprovalDocument> {
    const caller = callerOf(request);
    const { reason } = validated(decideApprovalSchema, body);
    return this.approvals.decide({
      ...decision,
      reason,
      email: caller.owner,
      ...askerOf(request),
      whyNot: (environments) => {
        const refused = environments
          .map((environment) => this.access.decide(caller, 'approval.grant', this.access.place(environment)))
          .find(({ verdict }) => verdict !== 'allowed');
        return refused?.reason;
      },
    });
  }
}
