import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/problem/index.js';
import type { Caller, RouteAccess } from './caller.js';
import type { WrongKeys } from './wrong-keys.js';

export interface Identifier {
  identify(text: string): Caller | undefined;
}

/**
 * The one place where callers are told apart: a hook on the root, before anything of a route runs. It reads what the
 * *matched* route declares, never the path, and refuses a route that declares nothing.
 */
export function installAuthentication(
  instance: FastifyInstance,
  keys: Identifier,
  wrongKeys: Pick<WrongKeys, 'isTooMany'>,
): void {
  instance.decorateRequest('caller', undefined);
  instance.decorateRequest('refusedCaller', undefined);
  instance.addHook('onRequest', (request, _reply: FastifyReply, done) => {
    const refusal = admit(request, keys, wrongKeys);
    if (refusal === undefined) done();
    else done(refusal);
  });
  refuseUndeclaredRoutes(instance);
}

/** Puts `request.caller` in place, or says why the request is refused. */
function admit(
  request: FastifyRequest,
  keys: Identifier,
  wrongKeys: Pick<WrongKeys, 'isTooMany'>,
): DomainError | undefined {
  // Nothing matched: the not-found handler answers, and there is nothing to protect.
  if (request.is404) return undefined;
  const { access } = request.routeOptions.config;
  if (access === 'public') return undefined;
  const presented = presentedKey(request);
  if (presented === undefined) return unauthenticated(whyNoKey(request));
  const caller = keys.identify(presented);
  if (caller === undefined)
    return wrongKeys.isTooMany(request.ip)
      ? tooManyWrongKeys()
      : unauthenticated('The key is unknown, revoked, or not whole.');
  if (access === undefined || !access.includes(caller.kind)) {
    request.refusedCaller = caller;
    return notPermitted(caller, access);
  }
  request.caller = caller;
  return undefined;
}

const BEARER = /^bearer +(\S+)$/i;

/** The key of the request. Both headers at once are taken only if they agree, so that no proxy can slip one in. */
export function presentedKey(request: FastifyRequest): string | undefined {
  const { authorization, 'x-api-key': apiKey } = request.raw.headers;
  if (authorization === undefined) return typeof apiKey === 'string' ? apiKey : undefined;
  const bearer = bearerOf(authorization);
  return apiKey === undefined || apiKey === bearer ? bearer : undefined;
}

/** Two keys at once are most often a script's own beside the one that a proxy or a default adds. */
function whyNoKey({ raw }: FastifyRequest): string {
  const { authorization, 'x-api-key': apiKey } = raw.headers;
  return authorization !== undefined && apiKey !== undefined
    ? 'The headers Authorization and X-API-Key do not hold the same key; send one of them.'
    : 'Send a key: `Authorization: Bearer gdn_…` or `X-API-Key: gdn_…`.';
}

function bearerOf(header: string): string | undefined {
  // The usual spelling, without a regular expression: this runs for every evaluation.
  if (header.startsWith('Bearer ') && header.charCodeAt(7) !== 32) return header.slice(7).trimEnd();
  return BEARER.exec(header)?.[1];
}

function tooManyWrongKeys(): DomainError {
  return new DomainError('too-many-requests', {
    detail:
      'Many wrong keys came from this address; the key of this request is unknown, revoked, or not whole, too.',
    retryAfterSeconds: 5,
  });
}

function unauthenticated(detail: string): DomainError {
  return new DomainError('unauthenticated', { detail });
}

function notPermitted(caller: Caller, access: RouteAccess['access'] | undefined): DomainError {
  const needed = access === undefined || access === 'public' ? 'another' : access.join(' or ');
  return new DomainError('not-permitted', {
    detail: `Key ${caller.keyId} is of the kind "${caller.kind}"; this route needs a key of the kind "${needed}".`,
  });
}

/** A route that forgot its declaration is a bug of ours, and the boot is the moment to hear of it. */
function refuseUndeclaredRoutes(instance: FastifyInstance): void {
  const undeclared: string[] = [];
  instance.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) undeclared.push(`${String(route.method)} ${route.url}`);
  });
  instance.addHook('onReady', (done) => {
    if (undeclared.length === 0) done();
    else done(new Error(`These routes declare no access in their config: ${undeclared.join(', ')}`));
  });
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw unauthenticated('Send a key.');
  return request.caller;
}
