import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NotificationBody } from '@guidon/protocol';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: NotificationBody;
}

export type Behaviour = (reply: ServerResponse, received: Received) => void;

export interface Receiver {
  readonly url: string;
  /** In order of arrival; the array grows. */
  readonly received: readonly Received[];
  /** How it answers from now on. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export const takes: Behaviour = (reply) => void reply.writeHead(204).end();

/** Somebody's HTTP endpoint for notifications, on this machine. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let behave = takes;
  const server = createServer(async (request, reply) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const one = { headers: request.headers, text, body: JSON.parse(text) as NotificationBody };
    received.push(one);
    behave(reply, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/of-a-team`,
    received,
    behave: (next) => {
      behave = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
