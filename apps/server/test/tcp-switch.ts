import { connect, createServer, type Socket } from 'node:net';
import { atEndOfFile } from '@guidon/testkit';

/** Stands before one or several servers as a balancer does, and can hold new connections back. */
export interface TcpSwitch {
  readonly port: number;
  /** New connections wait from now on, until `release`. */
  hold(): void;
  release(): void;
  /** Connections that wait now. */
  waiting(): number;
}

/** Each connection goes to the first port that accepts it, beginning with another one each time. */
export async function createTcpSwitch(ports: readonly number[]): Promise<TcpSwitch> {
  const open = new Set<Socket>();
  let held: Socket[] | undefined;
  let turn = 0;
  const forward = (inside: Socket): void => {
    turn += 1;
    const order = ports.map((_, index) => ports[(turn + index) % ports.length] as number);
    joinFirst(inside, order);
  };
  const server = createServer((inside) => {
    open.add(inside);
    inside.on('close', () => {
      open.delete(inside);
      held = held?.filter((socket) => socket !== inside);
    });
    inside.on('error', () => inside.destroy());
    if (held === undefined) forward(inside);
    else held.push(inside);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEndOfFile(async () => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return {
    port: (server.address() as { port: number }).port,
    hold() {
      held = [];
    },
    release() {
      const waiting = held ?? [];
      held = undefined;
      for (const socket of waiting) forward(socket);
    },
    waiting: () => held?.length ?? 0,
  };
}

function joinFirst(inside: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) {
    inside.destroy();
    return;
  }
  const outside = connect(port, '127.0.0.1');
  let joined = false;
  outside.once('connect', () => {
    joined = true;
    inside.pipe(outside).pipe(inside);
  });
  outside.on('error', () => (joined ? inside.destroy() : joinFirst(inside, others)));
  outside.on('close', () => {
    if (joined) inside.destroy();
  });
  inside.on('close', () => outside.destroy());
}
