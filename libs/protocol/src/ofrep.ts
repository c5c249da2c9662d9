import type { JsonValue } from '@guidon/engine/model';

/** OpenFeature Remote Evaluation Protocol, OpenAPI 0.3.0 (open-feature/protocol). */
export const OFREP_ROUTES = {
  bulk: '/ofrep/v1/evaluate/flags',
  single: '/ofrep/v1/evaluate/flags/:key',
} as const;

export interface OfrepSuccess {
  readonly key: string;
  readonly value: JsonValue;
  readonly reason: string;
  readonly variant: string;
  readonly metadata: { readonly [name: string]: string | number | boolean };
}

export interface OfrepFailure {
  readonly key?: string;
  readonly errorCode: string;
  readonly errorDetails: string;
}

export interface OfrepBulk {
  readonly flags: readonly (OfrepSuccess | OfrepFailure)[];
  readonly metadata: { readonly [name: string]: string | number | boolean };
  readonly eventStreams?: readonly OfrepEventStream[];
}

/** A stream that tells when to ask anew; it never carries values. Exactly one of `url` and `endpoint`. */
export interface OfrepEventStream {
  /** `sse`; other types are to be ignored. */
  readonly type: string;
  readonly url?: string;
  readonly endpoint?: { readonly origin?: string; readonly requestUri: string };
  /** A page that nobody looks at for so many seconds closes the stream. */
  readonly inactivityDelaySec?: number;
}

/** What an event named `message` carries. */
export interface OfrepStreamMessage {
  /** `refetchEvaluation`; other types are to be ignored. */
  readonly type: string;
  readonly etag?: string;
  /** Ours, ignored by others: the client waits a random part of this before it asks. */
  readonly spreadMs?: number;
}
