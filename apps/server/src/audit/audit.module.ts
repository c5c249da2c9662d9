import { Global, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { METRICS } from '../kernel/metrics/index.js';
import { AuditController } from './audit.controller.js';
import { AUDIT, type Audit } from './audit.js';
import { AuditFollowers } from './audit-followers.js';
import { AuditReader } from './audit-reader.js';
import { AUDIT_KEY, type AuditKey, CheckpointSigner, judgeWith } from './checkpoint-signer.js';
import { CheckpointFile } from './checkpoint-store.js';
import { CheckpointWorker } from './checkpoint-worker.js';
import { DatabaseAudit } from './database-audit.js';
import { settingsFacts } from './settings-facts.js';
import { SettingsRecorder } from './settings-recorder.js';

const SIGNER = Symbol('CheckpointSigner');
const WORKER = Symbol('CheckpointWorker');

/** What happened: appended by every feature, signed once a minute where a signing key is given. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [
    AuditFollowers,
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
    {
      provide: SettingsRecorder,
      inject: [TRANSACTIONS, CONFIG, CLOCK, LOG, AUDIT, { token: SIGNER, optional: true }],
      useFactory: (...given: [Transactions, Config, Clock, Log, Audit, CheckpointSigner?]) => {
        const [transactions, config, clock, log, audit, signer] = given;
        const settings = settingsFacts(config, signer?.fingerprint);
        return new SettingsRecorder({ transactions, audit, clock, log, settings });
      },
    },
  ],
  exports: [AUDIT, AuditFollowers, AuditReader],
})
export class AuditModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(WORKER) private readonly worker: CheckpointWorker | undefined,
    @Inject(SettingsRecorder) private readonly settings: SettingsRecorder,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.worker?.start();
    await this.settings.record();
  }

  async onModuleDestroy(): Promise<void> {
    this.settings.stop();
    await this.worker?.stop();
  }
}
