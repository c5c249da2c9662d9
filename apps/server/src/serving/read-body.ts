import type { FastifyRequest } from 'fastify';
import { NOT_JSON_MEDIA, OFREP_BODY_BYTES, TOO_LARGE } from './ofrep-context.js';
import type { OfrepRefusal } from './ofrep-refusal.js';

/**
 * Reads a small JSON body from the socket and calls back once, with its text or with the refusal. A caller that goes
 * away in the middle gets no answer, and nothing is called.
 */
export function readBody(request: FastifyRequest, done: (body: string | OfrepRefusal) => void): void {
  const { raw } = request;
  const { headers } = raw;
  const declared = headers['content-length'];
  if (declared === '0' || (declared === undefined && headers['transfer-encoding'] === undefined)) {
    done('');
    return;
  }
  if (!isJson(headers['content-type'])) {
    done(NOT_JSON_MEDIA);
    return;
  }
  if (declared !== undefined && Number(declared) > OFREP_BODY_BYTES) {
    done(TOO_LARGE);
    return;
  }
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let bytes = 0;
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > OFREP_BODY_BYTES) {
      // Only a body that hides its length gets here; the rest of it is thrown away as it comes.
      if (bytes - chunk.length <= OFREP_BODY_BYTES) done(TOO_LARGE);
      first = undefined;
      rest = undefined;
    } else if (first === undefined) first = chunk;
    else if (rest === undefined) rest = [first, chunk];
    else rest.push(chunk);
  });
  raw.on('end', () => {
    if (bytes > OFREP_BODY_BYTES) return;
    const whole = rest === undefined ? first : Buffer.concat(rest, bytes);
    done(whole === undefined ? '' : whole.toString('utf8'));
  });
}

/** No content type counts as JSON: the route reads nothing else. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType.startsWith('application/json')) return true;
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType);
}
