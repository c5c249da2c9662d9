import type { OfrepBulk, OfrepEventStream } from '@guidon/protocol';
import { HIDDEN_CLOSE_MS } from './limits.js';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export type Metadata = { readonly [name: string]: string | number | boolean };

/** One flag as the server answered it; without a value the caller's default is meant. */
export interface Flag {
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly errorDetails?: string;
  readonly metadata: Metadata;
}

export interface EventStream {
  readonly url: string;
  readonly hiddenCloseMs: number;
}

/** The values of all flags for one context. */
export interface BulkAnswer {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly stream: EventStream | undefined;
  readonly etag: string | undefined;
  /** As it came, to be kept. */
  readonly text: string;
}

/**
 * Reads the body of a bulk evaluation, or `undefined` if it is none. A single odd item is skipped: it must not take the
 * other flags with it.
 */
export function readBulk(text: string, etag: string | undefined, baseUrl: string): BulkAnswer | undefined {
  let body: Partial<OfrepBulk> | null;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(body?.flags)) return undefined;
  const flags = new Map<string, Flag>();
  for (const item of body.flags as unknown[]) {
    const { key, value, variant, reason, errorCode, errorDetails, metadata } = Object(item);
    if (typeof key !== 'string') continue;
    flags.set(key, {
      ...(value !== undefined && { value: freeze(value) }),
      ...texts({ variant, reason, errorCode, errorDetails }),
      metadata: primitives(metadata),
    });
  }
  return { flags, stream: findStream(body.eventStreams, baseUrl), etag, text };
}

/** Keys whose answers differ between two times, sorted; flags that came or went are among them. */
export function changedFlags(before: BulkAnswer | undefined, after: BulkAnswer): string[] {
  const keys = new Set([...(before?.flags.keys() ?? []), ...after.flags.keys()]);
  const told = (flag: Flag | undefined) =>
    flag && JSON.stringify([flag.value, flag.variant, flag.errorCode, flag.reason]);
  return [...keys].filter((key) => told(before?.flags.get(key)) !== told(after.flags.get(key))).sort();
}

function findStream(streams: unknown, baseUrl: string): EventStream | undefined {
  for (const stream of (Array.isArray(streams) ? streams : []) as Partial<OfrepEventStream>[]) {
    if (stream?.type !== 'sse') continue;
    const { url, endpoint, inactivityDelaySec } = stream;
    try {
      const { href, protocol } = new URL(url ?? endpoint?.requestUri ?? '', endpoint?.origin ?? baseUrl);
      if (!protocol.startsWith('http') || (url ?? endpoint?.requestUri) === undefined) continue;
      const named = typeof inactivityDelaySec === 'number' && inactivityDelaySec > 0;
      return { url: href, hiddenCloseMs: named ? inactivityDelaySec * 1_000 : HIDDEN_CLOSE_MS };
    } catch {
      // Not an address: the next one may be.
    }
  }
  return undefined;
}

function texts(given: { readonly [name: string]: unknown }): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const name in given) if (typeof given[name] === 'string') found[name] = given[name];
  return found;
}

function primitives(metadata: unknown): Metadata {
  const found: { [name: string]: string | number | boolean } = {};
  for (const [name, value] of Object.entries(Object(metadata)))
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      found[name] = value;
  return found;
}

/** Everybody gets the same object. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
