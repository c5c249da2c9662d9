/** Everything outside that the SDK core needs. Nothing in this package reaches for the world by itself. */

export interface Instant {
  /** Monotonic milliseconds, for durations. */
  readonly elapsedMs: number;
  /** Milliseconds since the epoch, for what outlives the process. */
  readonly epochMs: number;
}

/** Why a request or a stream came to its end. */
export interface Failure {
  /** `settings`: nothing was sent, because url or key cannot be right. */
  readonly kind: 'network' | 'status' | 'ended' | 'silent' | 'slept' | 'protocol' | 'settings';
  /** For people: what happened, and how to mend it where that is known. */
  readonly sentence: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
}

export interface StreamHandlers {
  /** Decoded text as it comes, in any cut. */
  chunk(text: string): void;
  /** Called at most once; the stream is over. Never called after the stream was closed by us. */
  failed(failure: Failure): void;
}

export type RulesetAnswer =
  | { readonly kind: 'document'; readonly text: string; readonly etag: string | undefined }
  /** 304: the tag that was asked with is current. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Transport {
  /** Opens the event stream. `tag` goes out as `Last-Event-ID`. Returns what closes it. */
  openStream(tag: string | undefined, handlers: StreamHandlers): () => void;
  /** Asks for the ruleset once. `tag` goes out as `If-None-Match`. Returns what abandons it. */
  fetchRuleset(tag: string | undefined, done: (answer: RulesetAnswer) => void): () => void;
}

export interface ReportTransport {
  /** Posts a report once. `done` is called at most once: without a failure when it was accepted. Returns what abandons it. */
  post(body: string, done: (failure: Failure | undefined) => void): () => void;
}

export interface SnapshotStorage {
  /** The text stored last, or `undefined` if there is none that can be trusted. Synchronous: it is read before the first evaluation. */
  read(): string | undefined;
  /** Stores in the background. Never throws. */
  write(text: string): void;
  /** Stores before it returns, for the last moment. Never throws. */
  writeNow(text: string): void;
}

export interface Log {
  debug(sentence: string): void;
  info(sentence: string): void;
  warn(sentence: string): void;
  error(sentence: string): void;
}

export interface Ports {
  now(): Instant;
  /** Calls back once, without keeping a process alive. Returns what cancels it. */
  after(delayMs: number, run: () => void): () => void;
  random(): number;
  readonly transport: Transport;
  readonly storage: SnapshotStorage | undefined;
  readonly log: Log;
}
