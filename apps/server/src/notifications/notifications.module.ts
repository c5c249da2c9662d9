import { readFileSync } from 'node:fs';
import { Global, Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { monotonicFactory } from 'ulid';
import { AUDIT, type Audit, AuditFollowers, AuditModule } from '../audit/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { fenced, LEADERSHIP, type Leadership, LeadershipModule } from '../kernel/leadership/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { METRICS } from '../kernel/metrics/index.js';
import { DeliveryBoard } from './delivery-board.js';
import { NotificationMetrics } from './notification-metrics.js';
import { NotificationTest } from './notification-test.js';
import { NotificationsController } from './notifications.controller.js';
import { NOTIFICATIONS } from './notifications.js';
import { type NotifyTarget, targetsOf } from './notify-target.js';
import { Outbox } from './outbox.js';
import { postWebhook } from './post-webhook.js';
import { Sender } from './sender.js';

const TARGETS = Symbol('NotifyTargets');
const ATTEMPT_MS = 10_000;

/** Who is told of what happened, by webhook. */
@Global()
@Module({
  imports: [AuditModule, LeadershipModule],
  controllers: [NotificationsController],
  providers: [
    { provide: TARGETS, inject: [CONFIG], useFactory: ({ notify }: Config) => readTargets(notify) },
    {
      provide: NotificationMetrics,
      inject: [METRICS],
      useFactory: (registry: Registry) => new NotificationMetrics(registry),
    },
    {
      provide: Outbox,
      inject: [TARGETS, CLOCK, LOG, NotificationMetrics],
      useFactory: (targets: NotifyTarget[], clock: Clock, ...[log, metrics]: [Log, NotificationMetrics]) =>
        new Outbox({
          ...{ targets, clock, log },
          makeId: monotonicFactory(),
          countUntold: () => metrics.untold.inc(),
        }),
    },
    { provide: NOTIFICATIONS, useExisting: Outbox },
    {
      provide: DeliveryBoard,
      inject: [TRANSACTIONS, TARGETS],
      useFactory: (transactions: Transactions, targets: NotifyTarget[]) =>
        new DeliveryBoard(transactions, targets),
    },
    {
      provide: NotificationTest,
      inject: [TARGETS, Outbox, AUDIT, TRANSACTIONS],
      useFactory: (
        targets: NotifyTarget[],
        outbox: Outbox,
        ...[audit, transactions]: [Audit, Transactions]
      ) => new NotificationTest({ targets, outbox, audit, transactions }),
    },
    {
      provide: Sender,
      inject: [TARGETS, TRANSACTIONS, LEADERSHIP, CLOCK, LOG, NotificationMetrics],
      useFactory: (
        targets: NotifyTarget[],
        transactions: Transactions,
        ...[leadership, clock, log, metrics]: [Leadership, Clock, Log, NotificationMetrics]
      ) =>
        new Sender({
          ...{ targets, clock, log, metrics },
          transactions: fenced(transactions, leadership),
          isLeader: () => leadership.isLeader(),
          post: (target, delivery) =>
            postWebhook(target, delivery, { nowMs: () => clock.nowMs(), timeoutMs: ATTEMPT_MS }),
          random: Math.random,
        }),
    },
  ],
  exports: [NOTIFICATIONS],
})
export class NotificationsModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(Sender) private readonly sender: Sender,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(AuditFollowers) private readonly followers: AuditFollowers,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.followers.follow((manager, entry) => this.outbox.follow(manager, entry));
    if (this.config.role !== 'serve') this.sender.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.sender.stop();
  }
}

/** Read once: a receiver that cannot be told should be known at the start and not in the night. */
function readTargets(notify: Config['notify']): readonly NotifyTarget[] {
  const { urlsFile } = notify;
  if (urlsFile === undefined) return targetsOf(notify);
  let text: string;
  try {
    text = readFileSync(urlsFile, 'utf8');
  } catch {
    throw new Error(
      'GUIDON_NOTIFY_URLS_FILE cannot be read: does the file exist, and may this user read it?',
    );
  }
  return targetsOf(notify, text);
}
