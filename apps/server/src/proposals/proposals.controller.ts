import type { ProposalDocument, ProposalRequest } from '@guidon/protocol';
import { proposalDocumentSchema, proposalListSchema, proposalRequestSchema } from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { askerOf } from '../identity/index.js';
import { Describe, tagOf } from '../kernel/http/index.js';
import { validated } from '../kernel/problem/index.js';
import { Proposals } from './proposals.js';

/** Changes that Guidon offers in Git. */
@Controller('/api/v1/proposals')
export class ProposalsController {
  constructor(@Inject(Proposals) private readonly proposals: Proposals) {}

  @Get()
  @Permit('proposal.read')
  @Describe({
    name: 'listProposals',
    summary: 'Changes that Guidon offers in Git.',
    answer: { ProposalList: proposalListSchema },
  })
  async list(): Promise<{ proposals: ProposalDocument[] }> {
    return { proposals: await this.proposals.list() };
  }

  @Get('/:id')
  @Permit('proposal.read')
  @Describe({
    name: 'getProposal',
    summary: 'One of them.',
    answer: { ProposalDocument: proposalDocumentSchema },
    tagged: true,
    errors: ['proposal-not-found'],
  })
  async get(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProposalDocument> {
    const proposal = await this.proposals.get(id);
    reply.header('etag', tagOf(proposal));
    return proposal;
  }

  @Post()
  @HttpCode(200)
  @Permit('proposal.create')
  @Describe({
    name: 'createProposal',
    summary: 'Wants a change offered as a branch and a pull request.',
    body: { ProposalRequest: proposalRequestSchema },
    answer: { ProposalDocument: proposalDocumentSchema },
    idempotent: true,
    errors: ['flag-not-found', 'snapshot-unavailable'],
  })
  create(@Body() body: unknown, @Req() request: FastifyRequest): Promise<ProposalDocument> {
    const wanted = validated(proposalRequestSchema, body) as ProposalRequest;
    return this.proposals.create(wanted, askerOf(request));
  }
}
