/** What a stream needs of its socket; `net.Socket` has it. */
export interface StreamSocket {
  readonly writableLength: number;
  readonly bytesWritten: number;
  readonly destroyed: boolean;
  write(bytes: Buffer): boolean;
  /** Ends after what is written has left, then frees the socket whether or not the peer answers. */
  destroySoon(): unknown;
  destroy(): unknown;
}

export interface StreamOptions {
  readonly socket: StreamSocket;
  readonly environment: string;
  readonly keyId: string;
  /** `Guidon-Instance`: the SDK's process. */
  readonly instance: string | undefined;
  /** `Guidon-Boot`: its start. */
  readonly boot: string | undefined;
  /** When it was opened, on the monotonic clock. */
  readonly openedElapsedMs: number;
}

/**
 * Bytes that may wait for a slow reader beyond the largest event that it was ever sent, so that no single event, however
 * large, makes the next one end the stream. Events are shared between streams: what waits is references, not copies.
 */
export const LAG_BYTES = 1_048_576;

/** Heartbeats without a byte leaving before the peer counts as gone. */
const STALLED_BEATS = 3;

/** One open SDK stream: where it stands and whether its reader keeps up. */
export class Stream {
  readonly environment: string;
  readonly keyId: string;
  readonly instance: string | undefined;
  readonly boot: string | undefined;
  readonly openedElapsedMs: number;
  readonly socket: StreamSocket;
  /** The ruleset that was written to it last. */
  lineage = '';
  generation = -1;
  #allowance = LAG_BYTES;
  #flushedAtBeat = -1;
  #beatsWithoutProgress = 0;

  constructor(options: StreamOptions) {
    this.socket = options.socket;
    this.environment = options.environment;
    this.keyId = options.keyId;
    this.instance = options.instance;
    this.boot = options.boot;
    this.openedElapsedMs = options.openedElapsedMs;
  }

  write(bytes: Buffer): void {
    if (bytes.length + LAG_BYTES > this.#allowance) this.#allowance = bytes.length + LAG_BYTES;
    this.socket.write(bytes);
  }

  /** Nothing older is ever written to it within a lineage, whatever another replica has seen. */
  isAtOrBeyond(lineage: string, generation: number): boolean {
    return this.lineage === lineage && this.generation >= generation;
  }

  moveTo(lineage: string, generation: number): void {
    this.lineage = lineage;
    this.generation = generation;
  }

  /** More waits for this reader than it may owe; it comes back with its last event id and catches up. */
  lags(): boolean {
    return this.socket.writableLength > this.#allowance;
  }

  /** Called at every heartbeat: bytes wait and none left since several heartbeats. */
  stalled(): boolean {
    const waiting = this.socket.writableLength;
    const flushed = this.socket.bytesWritten - waiting;
    this.#beatsWithoutProgress =
      waiting > 0 && flushed === this.#flushedAtBeat ? this.#beatsWithoutProgress + 1 : 0;
    this.#flushedAtBeat = flushed;
    return this.#beatsWithoutProgress >= STALLED_BEATS;
  }
}
