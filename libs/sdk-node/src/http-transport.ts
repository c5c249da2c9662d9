import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SDK_HEADERS, SDK_ROUTES, TELEMETRY_ROUTE } from '@guidon/protocol';
import { constants, type Failure, type ReportTransport, type Transport } from '@guidon/sdk-core';
import type { Addresses } from './addresses.js';
import { isStream, readAcceptance, readAnswer } from './http-answer.js';

export interface HttpTarget {
  readonly addresses: Addresses;
  readonly key: string;
  /** Names this process, stable for its life. Absent: it is not named, and waves reach it last. */
  readonly instance: string | undefined;
  /** When it started. */
  readonly boot: string;
}

/**
 * HTTP by `node:http`, not `fetch`: its sockets can be unreferenced, so that neither a stream nor a hanging request
 * keeps the host process alive; it has no body time-out that ends a quiet stream after five minutes; and no pooled
 * socket stays behind. Redirects are not followed, because the key must not travel to another address.
 */
export function httpTransport(target: HttpTarget): Transport {
  return {
    openStream(tag, handlers) {
      const headers = { accept: 'text/event-stream', ...(tag !== undefined && { 'last-event-id': tag }) };
      const url = target.addresses.current;
      let hasServed = false;
      const call = send(target, { url, route: SDK_ROUTES.stream, headers }, (response) => {
        if (!isStream(response, (failure) => call.fail(failure))) return;
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          hasServed = true;
          if (!call.over) handlers.chunk(text);
        });
        endOf(response, (sentence) => call.fail({ kind: 'ended', sentence }));
      });
      call.onFailure = (failure) => {
        target.addresses.failed(url, hasServed);
        handlers.failed(failure);
      };
      return () => call.close();
    },
    fetchRuleset(tag, done) {
      const headers = {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        ...(tag !== undefined && { 'if-none-match': `"${tag}"` }),
      };
      const url = target.addresses.current;
      const call = send(target, { url, route: SDK_ROUTES.ruleset, headers }, (response) => {
        readAnswer(response, (answer) => {
          clearTimeout(timer);
          if (answer.kind === 'failed') call.fail(answer.failure);
          else if (!call.over) {
            call.close();
            done(answer);
          }
        });
      });
      const timer = setTimeout(() => call.fail(TOO_SLOW), constants.REQUEST_TIMEOUT_MS).unref();
      call.onFailure = (failure) => {
        clearTimeout(timer);
        target.addresses.failed(url);
        done({ kind: 'failed', failure });
      };
      return () => {
        clearTimeout(timer);
        call.close();
      };
    },
  };
}

/** Posts reports with the same care: no socket keeps the process alive, and none stays behind. */
export function httpReports(target: HttpTarget): ReportTransport {
  return {
    post(body, done) {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const url = target.addresses.current;
      const call = send(target, { url, route: TELEMETRY_ROUTE, headers, body }, (response) => {
        readAcceptance(response, (failure, takes) => {
          clearTimeout(timer);
          if (failure !== undefined) call.fail(failure);
          else if (!call.over) {
            call.close();
            done(undefined, takes);
          }
        });
      });
      const timer = setTimeout(() => call.fail(TOO_SLOW), constants.REQUEST_TIMEOUT_MS).unref();
      call.onFailure = (failure) => {
        clearTimeout(timer);
        done(failure);
      };
      return () => {
        clearTimeout(timer);
        call.close();
      };
    },
  };
}

const TOO_SLOW: Failure = {
  kind: 'silent',
  sentence: `The server did not answer within ${constants.REQUEST_TIMEOUT_MS / 1_000} s.`,
};

/** Fails every attempt with the same sentence, for settings that cannot work. */
export function refusingTransport(sentence: string): Transport {
  const failure: Failure = { kind: 'settings', sentence };
  return {
    openStream(_tag, handlers) {
      const timer = setTimeout(() => handlers.failed(failure), 0).unref();
      return () => clearTimeout(timer);
    },
    fetchRuleset(_tag, done) {
      const timer = setTimeout(() => done({ kind: 'failed', failure }), 0).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** One request. It ends once: by a failure, which is told, or by being closed, which is not. */
class Call {
  over = false;
  onFailure: (failure: Failure) => void = () => {};
  readonly #request: ClientRequest;

  constructor(request: ClientRequest) {
    this.#request = request;
  }

  fail(failure: Failure): void {
    if (this.over) return;
    this.close();
    this.onFailure(failure);
  }

  close(): void {
    this.over = true;
    this.#request.destroy();
  }
}

function send(
  target: HttpTarget,
  what: { url: URL; route: string; headers: OutgoingHttpHeaders; body?: string },
  onResponse: (response: IncomingMessage) => void,
): Call {
  const url = new URL(what.url.pathname.replace(/\/+$/, '') + what.route, what.url.origin);
  const begin = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = {
    ...what.headers,
    authorization: `Bearer ${target.key}`,
    ...(target.instance !== undefined && {
      [SDK_HEADERS.instance]: target.instance,
      [SDK_HEADERS.boot]: target.boot,
    }),
  };
  const method = what.body === undefined ? 'GET' : 'POST';
  const request = begin(url, { agent: false, headers, method });
  const call = new Call(request);
  request.on('socket', (socket) => socket.unref());
  // Stays for as long as the request does: destroying a request that has not connected emits an error too.
  request.on('error', (error: NodeJS.ErrnoException) => {
    const why = error.code ?? error.message;
    call.fail({
      kind: 'network',
      sentence: `The server at ${what.url.origin} cannot be reached (${why}).`,
    });
  });
  request.on('response', onResponse);
  request.end(what.body);
  return call;
}

function endOf(response: IncomingMessage, ended: (sentence: string) => void): void {
  response.on('end', () => ended('The server closed the stream.'));
  response.on('error', (error: NodeJS.ErrnoException) =>
    ended(`The stream broke off (${error.code ?? error.message}).`),
  );
}
