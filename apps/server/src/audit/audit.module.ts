import { Global, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { METRICS } from '../kernel/metrics/index.js';
import { AuditController } from './audit.controller.js';
import { AUDIT } from './audit.js';
import { AuditReader } from './audit-reader.js';
import { AUDIT_KEY, type AuditKey, CheckpointSigner, judgeWith } from './checkpoint-signer.js';
import { CheckpointFile } from './checkpoint-store.js';
import { CheckpointWorker } from './checkpoint-worker.js';
import { DatabaseAudit } from './database-audit.js';

const SIGNER = Symbol('CheckpointSigner');
const WORKER = Symbol('CheckpointWorker');

/** What happened: appended by every feature, signed once a minute where a signing key is given. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [
    { provide: AUDIT, useClass: DatabaseAudit },
    {
      provide: SIGNER,
      inject: [CONFIG],
      useFactory: ({ signingKey }: Config) =>
        signingKey === undefined ? undefined : new CheckpointSigner(signingKey),
    },
    {
      provide: AUDIT_KEY,
      inject: [{ token: SIGNER, optional: true }],
      useFactory: (signer?: CheckpointSigner): AuditKey =>
        signer === undefined ? {} : { publicKey: signer.publicKey },
    },
    {
      provide: AuditReader,
      inject: [TRANSACTIONS, CONFIG, AUDIT_KEY],
      useFactory: (transactions: Transactions, { dataDir }: Config, { publicKey }: AuditKey) => {
        const judge = judgeWith(publicKey === undefined ? [] : [publicKey]);
        return new AuditReader({ transactions, judge, file: new CheckpointFile(dataDir) });
      },
    },
    {
      provide: WORKER,
      inject: [TRANSACTIONS, CONFIG, CLOCK, LOG, METRICS, { token: SIGNER, optional: true }],
      useFactory: (...given: [Transactions, Config, Clock, Log, Registry, CheckpointSigner?]) => {
        const [transactions, { dataDir }, clock, log, registry, signer] = given;
        const file = new CheckpointFile(dataDir);
        return signer && new CheckpointWorker({ signer, file, transactions, clock, log, registry });
      },
    },
  ],
  exports: [AUDIT, AuditReader],
})
export class AuditModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(WORKER) private readonly worker: CheckpointWorker | undefined) {}

  onApplicationBootstrap(): void {
    this.worker?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.stop();
  }
}
