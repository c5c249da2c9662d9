import type { NotificationDocument, NotificationsDocument, NotificationTestAnswer } from '@guidon/protocol';
import {
  notificationDocumentSchema,
  notificationsDocumentSchema,
  notificationTestAnswerSchema,
  notificationTestSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { askedBy, askerOf } from '../identity/index.js';
import { DeclareAction, Describe } from '../kernel/http/index.js';
import { OnceOnly } from '../kernel/idempotency/index.js';
import { DomainError, validated } from '../kernel/problem/index.js';
import { DeliveryBoard } from './delivery-board.js';
import { NotificationTest } from './notification-test.js';

/** Whether those are told who should be: what waits, what was given up, and a test. */
@Controller('/api/v1/notifications')
export class NotificationsController {
  constructor(
    @Inject(DeliveryBoard) private readonly board: DeliveryBoard,
    @Inject(NotificationTest) private readonly test: NotificationTest,
    @Inject(OnceOnly) private readonly once: OnceOnly,
  ) {}

  @Get()
  @DeclareAction('notification.read')
  @Describe({
    name: 'listNotifications',
    summary: 'How notifications fare: what waits at each receiver, and what was given up.',
    answer: { NotificationsDocument: notificationsDocumentSchema },
  })
  overview(): Promise<NotificationsDocument> {
    return this.board.overview();
  }

  @Get('/:id')
  @DeclareAction('notification.read')
  @Describe({
    name: 'getNotification',
    summary: 'One notification, and how it fares with each receiver.',
    answer: { NotificationDocument: notificationDocumentSchema },
    errors: ['notification-not-found'],
  })
  async one(@Param('id') id: string): Promise<NotificationDocument> {
    const found = await this.board.one(id);
    if (found !== undefined) return found;
    throw new DomainError('notification-not-found', {
      detail: `No notification ${id.slice(0, 64)} is kept; what ended is forgotten after 30 days.`,
    });
  }

  @Post('/test')
  @HttpCode(200)
  @DeclareAction('notification.test')
  @Describe({
    name: 'testNotifications',
    summary: 'Sends a notification that tells of nothing to every receiver.',
    body: { NotificationTestRequest: notificationTestSchema },
    answer: { NotificationTestAnswer: notificationTestAnswerSchema },
    idempotent: true,
    errors: ['notifications-not-configured'],
  })
  async send(@Body() body: unknown, @Req() request: FastifyRequest): Promise<NotificationTestAnswer> {
    const { reason } = validated(notificationTestSchema, body);
    const asker = askerOf(request);
    const asked = askedBy(asker, 'POST /api/v1/notifications/test', { reason });
    return this.once.answer<NotificationTestAnswer>(asked, (once) => this.test.send(reason, asker, once));
  }
}
