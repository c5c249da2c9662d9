// A load generator on bare sockets: requests are bytes made beforehand and of an answer only the head is read, so that
// it needs a fraction of the server's processor time. (autocannon needs about as much as a Fastify server does.)
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** One request as bytes. */
export function requestBytes({ method, path, headers = {}, body }) {
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', 'connection: keep-alive'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined)
    lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

/**
 * Keeps `connections` busy for `seconds`, each with one request at a time, and counts.
 * @returns requests per second, p50 and p99 in milliseconds, bytes of one answer, and what was not `expect`ed
 */
export async function load(port, requests, { seconds, connections = 50, expect = 200 }) {
  const run = {
    until: performance.now() + seconds * 1_000,
    requests,
    next: 0,
    expect,
    latencies: [],
    errors: 0,
    bytes: 0,
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, () => drive(port, run)));
  const elapsedSeconds = (performance.now() - from) / 1_000;
  const sorted = Float64Array.from(run.latencies).sort();
  return {
    perSecond: sorted.length / elapsedSeconds,
    count: sorted.length,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    bytes: run.bytes,
    errors: run.errors,
  };
}

function drive(port, run) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let missing = 0;
    let head = Buffer.alloc(0);
    const send = () => {
      sentAt = performance.now();
      if (sentAt >= run.until) socket.end();
      else socket.write(run.requests[run.next++ % run.requests.length]);
    };
    const finish = () => {
      run.latencies.push(performance.now() - sentAt);
      send();
    };
    socket.once('connect', send);
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.on('data', (chunk) => {
      if (missing > 0) {
        missing -= chunk.length;
        if (missing <= 0) finish();
        return;
      }
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const end = head.indexOf(HEAD_END);
      if (end === -1) return;
      const answer = readHead(head.latin1Slice(0, end));
      if (answer.status !== run.expect) run.errors += 1;
      run.bytes = answer.length;
      missing = answer.length - (head.length - end - 4);
      head = Buffer.alloc(0);
      if (missing <= 0) finish();
    });
  });
}

function readHead(text) {
  const status = Number(text.slice(9, 12));
  const at = text.toLowerCase().indexOf('content-length: ');
  return { status, length: at === -1 || status === 304 ? 0 : Number.parseInt(text.slice(at + 16), 10) };
}
