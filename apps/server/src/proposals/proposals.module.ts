import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { monotonicFactory } from 'ulid';
import { AUDIT, type Audit, AuditModule } from '../audit/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { GIT_HOST, type GitHostAccess } from '../kernel/git-host/index.js';
import { Idempotency } from '../kernel/idempotency/index.js';
import { LEADERSHIP, type Leadership, LeadershipModule } from '../kernel/leadership/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { createProposals, type ProposalAssembly, type ProposalSurroundings } from './create-proposals.js';
import { ProposalFacts } from './proposal-facts.js';
import { ProposalsController } from './proposals.controller.js';
import { Proposals } from './proposals.js';

type Kernel = [Config, Clock, Log, Transactions, Leadership];
type KernelParts = Pick<ProposalSurroundings, 'config' | 'clock' | 'log' | 'transactions' | 'leadership'>;

const KERNEL = Symbol('ProposalKernel');
const ASSEMBLY = Symbol('ProposalAssembly');

/** Change to branch and pull request. */
@Module({
  imports: [AuditModule, LeadershipModule],
  controllers: [ProposalsController],
  providers: [
    {
      provide: KERNEL,
      inject: [CONFIG, CLOCK, LOG, TRANSACTIONS, LEADERSHIP],
      useFactory: (...[config, clock, log, transactions, leadership]: Kernel): KernelParts => ({
        ...{ config, clock, log, transactions, leadership },
      }),
    },
    {
      provide: ASSEMBLY,
      inject: [KERNEL, AUDIT, Idempotency, GIT_HOST],
      useFactory: (
        kernel: KernelParts,
        audit: Audit,
        idempotency: Idempotency,
        host: GitHostAccess | undefined,
      ) =>
        createProposals({
          ...{ ...kernel, audit, idempotency, host },
          makeId: monotonicFactory(),
        }),
    },
    { provide: Proposals, inject: [ASSEMBLY], useFactory: ({ proposals }: ProposalAssembly) => proposals },
    { provide: ProposalFacts, inject: [ASSEMBLY], useFactory: ({ facts }: ProposalAssembly) => facts },
  ],
  exports: [Proposals, ProposalFacts],
})
export class ProposalsModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(ASSEMBLY) private readonly assembly: ProposalAssembly,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    // A server in the role `serve` only writes down what is wanted.
    if (this.config.role !== 'serve') this.assembly.worker.start();
  }

  /** By now the features above have offered what they know, so what an earlier server left undone is looked at. */
  onApplicationBootstrap(): void {
    this.assembly.worker.wake();
  }

  onModuleDestroy(): Promise<void> {
    return this.assembly.worker.stop();
  }
}
