import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import {
  CLOCK,
  type Clock,
  CONFIG,
  type Config,
  DATABASE,
  type Database,
  LOG,
  type Log,
  METRICS,
  TRANSACTIONS,
  type Transactions,
} from '../kernel/index.js';
import { createUsage, type Usage } from './create-usage.js';
import { FlagEvaluations } from './flag-evaluations.js';
import { GuardWindows } from './guard-windows.js';
import { HourlyUsage } from './hourly-usage.js';
import { SilentStreams } from './silent-streams.js';
import { registerTelemetry } from './telemetry-route.js';
import { UsageController } from './usage.controller.js';
import { UsageStore } from './usage-store.js';

const USAGE = Symbol('Usage');

/** Counts in from SDKs. */
@Module({
  controllers: [UsageController],
  providers: [
    {
      provide: USAGE,
      inject: [CONFIG, TRANSACTIONS, CLOCK, LOG, METRICS],
      useFactory: (
        { guardDays, metricsFlags }: Config,
        ...[transactions, clock, log, registry]: [Transactions, Clock, Log, Registry]
      ) => createUsage({ transactions, clock, log, registry, guardDays, metricsFlags }),
    },
    { provide: UsageStore, inject: [USAGE], useFactory: ({ store }: Usage) => store },
    { provide: HourlyUsage, inject: [USAGE], useFactory: ({ hourly }: Usage) => hourly },
    { provide: GuardWindows, inject: [USAGE], useFactory: ({ guards }: Usage) => guards },
    { provide: FlagEvaluations, inject: [USAGE], useFactory: ({ flags }: Usage) => flags },
    { provide: SilentStreams, inject: [USAGE], useFactory: ({ silent }: Usage) => silent },
  ],
  exports: [UsageStore, SilentStreams, GuardWindows, FlagEvaluations],
})
export class UsageModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(USAGE) private readonly usage: Usage,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    const { state } = this.database;
    const isTimeAgreed = () => state.silentSeconds() !== undefined;
    const parts = { ...this.usage, isTimeAgreed };
    registerTelemetry(this.host.httpAdapter.getInstance<FastifyInstance>(), parts);
    this.usage.store.start();
    this.usage.hourly.start();
    this.usage.guards.start();
  }

  async onModuleDestroy(): Promise<void> {
    const { store, hourly, guards } = this.usage;
    await Promise.all([store.stop(), hourly.stop(), guards.stop()]);
  }
}
