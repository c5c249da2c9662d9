// Many SDK streams on bare sockets, and the moment at which the last of them has an event.
import { connect } from 'node:net';

/** At once; more would measure the backlog of the kernel. */
const OPENING = 50;
const RETRY_MS = 1_000;

/** Opens streams, each until its first answer is whole. Refused ones come back after a second, as the server asks. */
export async function openStreams({ port, path, headers = {}, count, opened }) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([n, v]) => `${n}: ${v}`),
  ];
  const hello = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  const streams = new Streams();
  const from = performance.now();
  let next = 0;
  let refused = 0;
  const openOne = async () => {
    while (next < count) {
      next += 1;
      while (!(await open(port, hello, { streams, opened }))) {
        refused += 1;
        await new Promise((resume) => setTimeout(resume, RETRY_MS));
      }
    }
  };
  await Promise.all(Array.from({ length: OPENING }, openOne));
  streams.openedPerSecond = count / ((performance.now() - from) / 1_000);
  streams.refused = refused;
  return streams;
}

class Streams {
  sockets = [];
  #waiting;

  /** Resolves with the times from now to the first and to the last stream that has `marker`. */
  waitFor(marker) {
    const from = performance.now();
    return new Promise((resolve) => {
      this.#waiting = { marker: Buffer.from(marker), from, seen: new Set(), firstMs: undefined, resolve };
    });
  }

  heard(socket, chunk) {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.seen.has(socket) || !chunk.includes(waiting.marker)) return;
    waiting.seen.add(socket);
    const sinceMs = performance.now() - waiting.from;
    waiting.firstMs ??= sinceMs;
    if (waiting.seen.size < this.sockets.length) return;
    this.#waiting = undefined;
    waiting.resolve({ firstMs: waiting.firstMs, lastMs: sinceMs, spreadMs: sinceMs - waiting.firstMs });
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
  }
}

function open(port, hello, { streams, opened }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let text = '';
    socket.once('error', reject);
    socket.once('connect', () => socket.write(hello));
    socket.on('data', function reading(chunk) {
      text += chunk.latin1Slice();
      if (text.startsWith('HTTP/1.1 503')) {
        socket.destroy();
        resolve(false);
      } else if (text.includes(opened) && /\n\n\s*$/.test(text.slice(-8))) {
        socket.off('data', reading);
        socket.on('data', (more) => streams.heard(socket, more));
        streams.sockets.push(socket);
        resolve(true);
      }
    });
  });
}
