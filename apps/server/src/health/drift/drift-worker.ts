import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { ReplicaBoard } from '../../catalog/index.js';
import { CLOCK, type Clock, type Timer } from '../../kernel/clock/index.js';
import { METRICS } from '../../kernel/metrics/index.js';
import { HealthFactsReader } from '../health-facts.js';
import { exposeDrift } from './drift-metrics.js';
import { DriftReader } from './drift-reader.js';

const READ_MS = 5_000;

/** Keeps what probes and metrics show of the drift young, so that neither waits for the database. */
@Injectable()
export class DriftWorker implements OnModuleInit, OnModuleDestroy {
  private timer: Timer | undefined;

  constructor(
    @Inject(DriftReader) private readonly reader: DriftReader,
    @Inject(ReplicaBoard) private readonly board: ReplicaBoard,
    @Inject(HealthFactsReader) private readonly facts: HealthFactsReader,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(METRICS) private readonly metrics: Registry,
  ) {}

  onModuleInit(): void {
    this.facts.offerDrift(() => this.reader.latest()?.reasons.length);
    exposeDrift(this.metrics, () => this.reader.latest());
    this.board.start();
    const read = () => void this.reader.read().catch(() => undefined);
    this.timer = this.clock.every(READ_MS, read);
    read();
  }

  onModuleDestroy(): void {
    this.timer?.cancel();
    this.board.stop();
  }
}
