import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/problem/index.js';
import { TokenBuckets } from './token-buckets.js';

/** Requests a second that one key may send to one server, in the long run. */
export interface KeyRates {
  /** Of a person's key under `/api/v1`; of an address where no key is needed there. */
  readonly apiPerSecond: number;
  /** Of a web key, which all browsers share. */
  readonly webPerSecond: number;
}

export interface KeyLimitsOptions {
  readonly rates: KeyRates;
  /** Monotonic. */
  readonly elapsedMs: () => number;
  readonly random: () => number;
}

/** What may come at once after a quiet time, in seconds of the rate: a script that walks everything is no attack. */
const BURST_SECONDS = { api: 20, web: 4 } as const;
/** Waits are 1 to 5 seconds: a longer one silences a whole OpenFeature provider. */
const MOST_SECONDS = 5;
const API = /^\/api\/v1(\/|$)/;

/**
 * Slows down a key that sends too much, after it is known who calls: one script must not take the server from everybody.
 * Server keys are not counted, since SDKs are paced by what streams tell them, nor is the red button, ever.
 */
export class KeyLimits {
  private readonly api: TokenBuckets;
  private readonly web: TokenBuckets;

  constructor(private readonly options: KeyLimitsOptions) {
    const { apiPerSecond, webPerSecond } = options.rates;
    this.api = new TokenBuckets({ perSecond: apiPerSecond, burst: apiPerSecond * BURST_SECONDS.api });
    this.web = new TokenBuckets({ perSecond: webPerSecond, burst: webPerSecond * BURST_SECONDS.web });
  }

  /** Why the request has to wait; undefined when it need not. */
  whyNot(request: FastifyRequest): DomainError | undefined {
    const { caller } = request;
    if (caller?.kind === 'server') return undefined;
    if (caller?.kind === 'web') return this.refusal(this.web, caller.keyId);
    const { config, url } = request.routeOptions;
    if (config.unlimited === true || url === undefined || !API.test(url)) return undefined;
    return this.refusal(this.api, caller?.keyId ?? `from ${request.ip}`);
  }

  private refusal(buckets: TokenBuckets, name: string): DomainError | undefined {
    const seconds = buckets.take(name, this.options.elapsedMs());
    if (seconds === 0) return undefined;
    // Apart from each other, so that those who are refused together do not come back together.
    const spread = Math.ceil(seconds) + Math.floor(this.options.random() * MOST_SECONDS);
    return new DomainError('too-many-requests', {
      detail:
        'This key sends more requests than one may. Nothing was done; send it again after the seconds of Retry-After.',
      retryAfterSeconds: Math.min(MOST_SECONDS, Math.max(1, spread)),
    });
  }
}

export function installKeyLimits(instance: FastifyInstance, limits: KeyLimits): void {
  instance.addHook('onRequest', (request, _reply, done) => done(limits.whyNot(request)));
}
