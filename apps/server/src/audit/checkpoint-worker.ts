import { type ChainHead, EMPTY_CHAIN } from '@guidon/policy/audit-chain';
import type { Registry } from 'prom-client';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { declaredGauge } from '../kernel/metrics/index.js';
import { readEnd } from './audit-rows.js';
import type { CheckpointSigner } from './checkpoint-signer.js';
import { type CheckpointFile, insertCheckpoint } from './checkpoint-store.js';

const PERIOD_MS = 60_000;

export interface CheckpointWorkerParts {
  readonly signer: CheckpointSigner;
  readonly file: CheckpointFile;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
}

/**
 * Signs where the log stands, once a minute when it has grown. Every server does, and keeps what it signed in its own file, so
 * that each can tell what was cut off, whichever was first to write it to the database.
 */
export class CheckpointWorker {
  private timer: Timer | undefined;
  private signed: ChainHead = EMPTY_CHAIN;
  private knownSignedMs: number;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly parts: CheckpointWorkerParts) {
    const { clock, registry } = parts;
    this.knownSignedMs = clock.elapsedMs();
    declaredGauge(registry, 'guidon_audit_checkpoint_age_seconds', (it) =>
      it.set((clock.elapsedMs() - this.knownSignedMs) / 1000),
    );
  }

  start(): void {
    this.timer = this.parts.clock.every(PERIOD_MS, () => void this.sign());
  }

  async stop(): Promise<void> {
    this.timer?.cancel();
    await this.working;
  }

  sign(): Promise<void> {
    this.working = this.working.then(() => this.trySign());
    return this.working;
  }

  private async trySign(): Promise<void> {
    const { signer, file, transactions, clock, log } = this.parts;
    const lookedMs = clock.elapsedMs();
    try {
      const made = await transactions.run(async (manager) => {
        const { sequence, hash } = await readEnd(manager);
        if (sequence <= this.signed.sequence)
          return this.isAsSigned({ sequence, hash }) ? 'signed' : 'shrunk';
        const checkpoint = signer.sign({ sequence, hash, at: new Date(clock.nowMs()).toISOString() });
        const isNew = await insertCheckpoint(manager, checkpoint);
        return { checkpoint, isNew };
      });
      if (made === 'shrunk') return;
      this.knownSignedMs = lookedMs;
      if (made === 'signed') return;
      const { checkpoint, isNew } = made;
      file.append(checkpoint);
      if (isNew) log.info({ checkpoint }, 'the audit log was signed up to here');
      this.signed = { sequence: checkpoint.sequence, hash: checkpoint.hash };
    } catch (error) {
      log[isOutage(error) ? 'debug' : 'warn'](
        { err: error },
        'the audit log could not be signed; trying again in a minute',
      );
    }
  }

  /** A log only grows. Said every minute until somebody has looked: nobody asks for a proof while nothing seems wrong. */
  private isAsSigned(end: ChainHead): boolean {
    const { signed } = this;
    if (end.sequence === signed.sequence && end.hash === signed.hash) return true;
    this.parts.log.error(
      { signed, end: { sequence: end.sequence, hash: end.hash } },
      'the audit log is not what this server signed: somebody took entries out or wrote them anew; run guidon audit verify',
    );
    return false;
  }
}
