import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fileURLToPath } from 'node:url';
import { constants, type Log } from '@guidon/sdk-core';
import { readAnswer } from './http-answer.js';

/** Where a bootstrap is: at hand, in a file, or at an address that has to be asked. */
export type Bootstrap =
  | { readonly kind: 'here'; readonly find: () => unknown }
  | { readonly kind: 'away'; readonly url: URL };

/** Reads the option: an object is the ruleset itself, a text the path of a file or an address. Reads no file yet. */
export function locateBootstrap(option: unknown, log: Log): Bootstrap | undefined {
  if (option === undefined || option === null) return undefined;
  const place = option instanceof URL ? option.href : option;
  if (typeof place !== 'string') return { kind: 'here', find: () => option };
  if (/^https?:/i.test(place) && URL.canParse(place)) return { kind: 'away', url: new URL(place) };
  return { kind: 'here', find: () => readFile(place, log) };
}

function readFile(place: string, log: Log): unknown {
  try {
    const path = /^file:/i.test(place) ? fileURLToPath(place) : place;
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    log.warn(`The bootstrap in ${place} cannot be read (${String(error)}).`);
    return undefined;
  }
}

/** Asks an address once, without a key and without keeping the process alive. Returns what abandons it. */
export function fetchBootstrap(url: URL, log: Log, found: (ruleset: unknown) => void): () => void {
  let isOver = false;
  const end = (act: () => void) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    request.destroy();
    act();
  };
  const fail = (why: string) =>
    end(() => log.warn(`The bootstrap at ${url.origin}${url.pathname} cannot be had (${why}).`));
  const begin = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = begin(url, {
    agent: false,
    headers: { accept: 'application/json', 'accept-encoding': 'gzip' },
  });
  const timer = setTimeout(() => fail('no answer in time'), constants.REQUEST_TIMEOUT_MS).unref();
  request.on('socket', (socket) => socket.unref());
  request.on('error', (error) => fail(error.message));
  request.on('response', (response) =>
    readAnswer(response, (answer) => {
      if (answer.kind === 'failed') return fail(answer.failure.sentence);
      if (answer.kind === 'unchanged') return fail('it says that nothing changed');
      try {
        const ruleset: unknown = JSON.parse(answer.text);
        return end(() => found(ruleset));
      } catch (error) {
        return fail(String(error));
      }
    }),
  );
  request.end();
  return () => end(() => {});
}
