import type { IncomingMessage } from 'node:http';
import { gunzip } from 'node:zlib';
import { TELEMETRY_TAKES_HEADER } from '@guidon/protocol';
import {
  constants,
  type Failure,
  type ReportDone,
  type RulesetAnswer,
  readRetryAfterMs,
} from '@guidon/sdk-core';

/** Where an answer is no stream, says why not; the reason may stand in the body, so it comes later. */
export function isStream(response: IncomingMessage, refused: (failure: Failure) => void): boolean {
  if (response.statusCode !== 200) {
    readRefusal(response, refused);
    return false;
  }
  if (response.headers['content-type']?.startsWith('text/event-stream')) return true;
  refused({
    kind: 'protocol',
    sentence: 'The answer is no event stream: does `url` lead to a Guidon server?',
  });
  return false;
}

const HINTS: ReadonlyMap<number, string> = new Map([
  [401, 'it does not accept the key. Is it a server key of this server, and not revoked?'],
  [403, 'this key may not read rulesets. A server key is needed.'],
  [404, 'there is no Guidon at this address. Check `url`.'],
]);

/** So much of a refusal is read: the longest problem document is far shorter. */
const REFUSAL_CHARS = 8_192;

function readRefusal(response: IncomingMessage, done: (failure: Failure) => void): void {
  let body = '';
  const finish = () => done(whyRefused(response, body));
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > REFUSAL_CHARS) finish();
  });
  response.on('end', finish);
  response.on('error', finish);
}

function whyRefused(response: IncomingMessage, body: string): Failure {
  const status = response.statusCode ?? 0;
  const { 'retry-after': retryAfter, date } = response.headers;
  const retryAfterMs = readRetryAfterMs(retryAfter, date);
  const why = detailOf(body) ?? HINTS.get(status);
  const sentence = `The server answered ${status}${why === undefined ? '.' : `: ${why}`}`;
  return { kind: 'status', status, sentence, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** The `detail` of a problem document, fit for a line of a log. */
function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    if (typeof detail !== 'string' || detail === '') return undefined;
    return detail.replace(/\p{C}+/gu, ' ').slice(0, 300);
  } catch {
    return undefined;
  }
}

/** Reads the answer to a report: accepted, or why not. May call back more than once, the first of which counts. */
export function readAcceptance(response: IncomingMessage, done: ReportDone): void {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) {
    readRefusal(response, done);
    return;
  }
  response.resume();
  const takes = response.headers[TELEMETRY_TAKES_HEADER];
  done(undefined, typeof takes === 'string' ? takes : undefined);
}

/** Reads the answer to a request for the ruleset; may tell more than one failure, the first of which counts. */
export function readAnswer(response: IncomingMessage, done: (answer: RulesetAnswer) => void): void {
  const fail = (sentence: string) => done({ kind: 'failed', failure: { kind: 'protocol', sentence } });
  if (response.statusCode === 304) {
    done({ kind: 'unchanged' });
    return;
  }
  if (response.statusCode !== 200) {
    readRefusal(response, (failure) => done({ kind: 'failed', failure }));
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > constants.MESSAGE_MAX_CHARS) fail('The ruleset is too large.');
    else chunks.push(chunk);
  });
  response.on('error', (error) => fail(`The answer broke off (${error.message}).`));
  response.on('end', () => {
    const { etag } = response.headers;
    const body = Buffer.concat(chunks);
    if (response.headers['content-encoding'] !== 'gzip') {
      return done({ kind: 'document', text: body.toString('utf8'), etag });
    }
    gunzip(body, { maxOutputLength: constants.MESSAGE_MAX_CHARS }, (error, plain) => {
      if (error !== null) fail(`The ruleset cannot be unpacked (${error.message}).`);
      else done({ kind: 'document', text: plain.toString('utf8'), etag });
    });
  });
}
