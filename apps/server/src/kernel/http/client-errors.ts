import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ERRORS } from '@guidon/protocol/errors';
import { DomainError, toFault } from '../problem/index.js';
import { SECURITY_HEADERS } from './security-headers.js';

const FAULTS: ReadonlyMap<string, DomainError> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    new DomainError('headers-too-large', {
      detail: 'Send an address and headers of at most 16 KiB together.',
    }),
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    new DomainError('payload-too-large', { detail: 'Send chunks without extensions.' }),
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    new DomainError('request-invalid', { detail: 'The request took too long to arrive; send it again.' }),
  ],
]);
const NOT_HTTP = new DomainError('request-invalid', { detail: 'What came is not well-formed HTTP/1.1.' });

/** Answers what Node refuses before there is a request, in the form of everything else, and ends the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { problem } = toFault(FAULTS.get(error.code ?? '') ?? NOT_HTTP, randomUUID());
  const body = JSON.stringify(problem);
  const { status } = ERRORS[problem.code];
  const headers = {
    ...{ 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)) },
    ...{ 'x-request-id': problem.instance, ...SECURITY_HEADERS, connection: 'close' },
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
