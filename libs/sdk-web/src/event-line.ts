import { retryDelayMs } from '@guidon/sdk-core/back-off';
import { DEFAULT_WINDOW_MS, HEALTHY_AFTER_MS, WINDOW_MAX_MS } from '@guidon/sdk-core/constants';
import { NamedTimers } from '@guidon/sdk-core/named-timers';
import type { EventStream } from './bulk-answer.js';
import { GATHER_MS, REFUSED_STREAMS, REOPEN_SPREAD_MS } from './limits.js';
import type { StreamSource, World } from './world.js';

export interface LineEvents {
  /** Something may have changed: ask, though not before so many ms have passed. */
  refetch(withinMs: number): void;
  /** A stream that was open is gone. */
  lost(sentence: string): void;
  /** Ask for the address again and call `open`. If it never opened, the address may have expired. */
  reopen(never: boolean): void;
}

/**
 * The event stream. It is closed at the first error and opened again by our own clock: left alone, an `EventSource` comes
 * back after the same few seconds as every other one, and gives up for ever after one refusal.
 */
export class EventLine {
  readonly #timers: NamedTimers;
  #source: StreamSource | undefined;
  #url: string | undefined;
  #opened = false;
  #failures = 0;
  #refusals = 0;

  constructor(
    private readonly world: World,
    private readonly events: LineEvents,
  ) {
    this.#timers = new NamedTimers(world.after);
  }

  get isOpen(): boolean {
    return this.#opened;
  }

  /** Opens this stream, or keeps the one that is there. While a wait is on, the wait goes on. */
  open(stream: EventStream | undefined): void {
    const { openStream } = this.world;
    if (this.#source !== undefined && stream?.url !== this.#url) this.close();
    if (stream === undefined || openStream === undefined || this.#source !== undefined) return;
    if (this.#timers.has('reopen')) return;
    this.#url = stream.url;
    try {
      this.#listen(openStream(stream.url));
    } catch {
      this.#fail();
    }
  }

  /** Ends the stream and all waits. */
  close(): void {
    this.#timers.clearAll();
    this.#drop();
  }

  #listen(source: StreamSource): void {
    this.#source = source;
    source.onopen = () => {
      this.#opened = true;
      this.#refusals = 0;
      this.#timers.set('healthy', HEALTHY_AFTER_MS, () => {
        this.#failures = 0;
      });
      // What changed between the last answer and this moment came over no stream.
      this.events.refetch(this.world.random() * REOPEN_SPREAD_MS);
    };
    source.onmessage = ({ data }) => {
      const spreadMs = readSpreadMs(data);
      if (spreadMs !== undefined) this.events.refetch(GATHER_MS + this.world.random() * spreadMs);
    };
    source.onerror = () => this.#fail();
  }

  #fail(): void {
    const never = !this.#opened;
    this.#timers.clear('healthy');
    this.#drop();
    if (never) this.#refusals += 1;
    const extended = this.#refusals >= REFUSED_STREAMS;
    const plan = { failures: this.#failures, windowMs: DEFAULT_WINDOW_MS, extended };
    this.#failures += 1;
    this.#timers.set(
      'reopen',
      retryDelayMs(plan, () => this.world.random()),
      () => this.events.reopen(never),
    );
    // One that never opened followed an answer, so that nothing speaks against the values.
    if (!never) this.events.lost('The event stream broke off.');
  }

  #drop(): void {
    const source = this.#source;
    this.#source = undefined;
    this.#opened = false;
    if (source === undefined) return;
    source.onopen = source.onerror = source.onmessage = null;
    source.close();
  }
}

/** Over how many ms to spread the question that a message asks for; `undefined` if it asks for none. */
export function readSpreadMs(data: unknown): number | undefined {
  try {
    const { type, spreadMs } = Object(JSON.parse(String(data)));
    if (type !== 'refetchEvaluation') return undefined;
    return typeof spreadMs === 'number' && spreadMs > 0 ? Math.min(spreadMs, WINDOW_MAX_MS) : 0;
  } catch {
    return undefined;
  }
}
