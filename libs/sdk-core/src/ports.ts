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

/** Without a failure the report was accepted; `takes` is what the answer's header `guidon-takes` says. */
export type ReportDone = (failure: Failure | undefined, takes?: string) => void;

export interface ReportTransport {
  /** Posts a report once. `done` is called at most once. Returns what abandons it. */
  post(body: string, done: ReportDone): () => void;
}

/** `snapshot` is the single file of older releases: it is read and removed, never written. */
export type RecordKind = 'ruleset' | 'proof' | 'kills' | 'quarantine' | 'snapshot';

/** A record to write, or to remove where there is no text. */
export interface RecordChange {
  readonly kind: RecordKind;
  /** Any text; kinds of which there is only one have an empty one. */
  readonly id: string;
  readonly text: string | undefined;
}

/**
 * Records that outlive the process, each whole or not there. Several processes may use them at once. Nothing in it throws:
 * where the disk fails, values live in memory.
 */
export interface RecordStorage {
  /** Texts of all intact records of a kind. Synchronous: they are read before the first evaluation. */
  list(kind: RecordKind): readonly string[];
  read(kind: RecordKind, id: string): string | undefined;
  /** Carries out changes in the background, in their order, up to the first that fails; then `done` is told. */
  store(changes: readonly RecordChange[], done: (stored: boolean) => void): void;
  /** Carries out what is left and these before it returns: the last word. */
  storeNow(changes: readonly RecordChange[]): void;
  readonly marks: MarkStorage;
}

/** Says that a process has begun to use a ruleset; it stays behind when the process dies. */
export interface Mark {
  readonly hash: string;
  readonly lineage: string;
  readonly generation: number;
  /** How many processes are known to have died on it in a row. */
  readonly deaths: number;
}

/** Each process has at most one mark, and never touches that of another which lives. */
export interface MarkStorage {
  /** Marks of processes that died, each with its own death counted. Processes that died together count once. */
  died(): readonly Mark[];
  /** Stored when it returns: the very next evaluation may be the end. */
  set(mark: Mark): void;
  /** This process did not die of it, so that neither its own mark counts any more nor those of earlier deaths. */
  clear(): void;
  /** Those who died of this ruleset count no more. */
  forget(hash: string): void;
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
  readonly storage: RecordStorage | undefined;
  readonly log: Log;
}
