import type { NotificationDelivery, NotificationsDocument, ReceiverDocument } from '@guidon/protocol';
import { age } from './instants.js';
import { printable } from './paint.js';
import { count } from './table.js';
import type { View } from './view.js';

/** What is wrong with notifications; nothing where all is well or nobody is to be told. */
export function describeNotificationTroubles(document: NotificationsDocument, view: View): string {
  const lines = document.receivers
    .filter(({ dead, failure }) => dead > 0 || failure !== undefined)
    .map((receiver) => `  ${receiverLine(receiver, view)}`);
  if (lines.length === 0) return '';
  const { paint, command } = view;
  return `\n${paint.yellow('Notifications do not all arrive:')}\n${lines.join('\n')}\nMore: ${command} notify status\n`;
}

export function describeNotifications(document: NotificationsDocument, view: View): string {
  const { receivers, dead } = document;
  if (receivers.length === 0)
    return 'Nobody is notified: set GUIDON_NOTIFY_URL and GUIDON_NOTIFY_SECRET at the server.\n';
  const lines = receivers.map((receiver) => `  ${receiverLine(receiver, view)}`);
  const given = dead.map(
    (one) =>
      `  ${age(one.endedAt ?? '', view.nowMs)} ago, ${one.receiver}: ${printable(one.sentence)} (${printable(one.failure ?? 'unknown')})`,
  );
  const ended = given.length === 0 ? [] : ['', view.paint.yellow('Given up:'), ...given];
  return `${['Receivers:', ...lines, ...ended].join('\n')}\n`;
}

function receiverLine(receiver: ReceiverDocument, { nowMs }: View): string {
  const { id, host = 'no longer configured', waiting, dead, failure } = receiver;
  const oldest =
    receiver.oldestWaitingAt === undefined ? '' : `, the oldest for ${age(receiver.oldestWaitingAt, nowMs)}`;
  const last =
    receiver.lastDeliveredAt === undefined
      ? 'nothing delivered yet'
      : `last delivered ${age(receiver.lastDeliveredAt, nowMs)} ago`;
  const trouble = failure === undefined ? '' : `; last attempt: ${printable(failure)}`;
  return `${printable(host)} (${id}): ${last}, ${waiting} waiting${oldest}, ${dead} given up${trouble}`;
}

export function describeDeliveries(deliveries: readonly NotificationDelivery[]): string {
  const lines = deliveries.map(({ receiver, state, attempts, failure }) => {
    const why = failure === undefined ? '' : `: ${printable(failure)}`;
    return `  ${receiver}: ${WORDS[state]} after ${count(attempts, 'attempt')}${why}\n`;
  });
  return lines.join('');
}

const WORDS = { delivered: 'delivered', waiting: 'not delivered', dead: 'given up' } as const;
