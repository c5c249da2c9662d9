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

/** Signs where the log stands, once a minute when it has grown. Every server does; the first to write it counts. */
export class CheckpointWorker {
  private timer: Timer | undefined;
  private signedUpTo = 0;
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
        if (sequence <= this.signedUpTo) return undefined;
        const checkpoint = signer.sign({ sequence, hash, at: new Date(clock.nowMs()).toISOString() });
        const isNew = await insertCheckpoint(manager, checkpoint);
        return { sequence, checkpoint: isNew ? checkpoint : undefined };
      });
      if (made === undefined) {
        this.knownSignedMs = lookedMs;
        return;
      }
      if (made.checkpoint !== undefined) {
        file.append(made.checkpoint);
        log.info({ checkpoint: made.checkpoint }, 'the audit log was signed up to here');
      }
      this.signedUpTo = made.sequence;
      this.knownSignedMs = lookedMs;
    } catch (error) {
      log[isOutage(error) ? 'debug' : 'warn'](
        { err: error },
        'the audit log could not be signed; trying again in a minute',
      );
    }
  }
}
