import { isLastingRefusal, retryDelayMs } from '@guidon/sdk-core/back-off';
import { DEFAULT_WINDOW_MS, POLL_JITTER } from '@guidon/sdk-core/constants';
import { NamedTimers } from '@guidon/sdk-core/named-timers';
import type { Failure } from '@guidon/sdk-core/ports';
import { askBulk, type Outcome } from './ask-bulk.js';
import type { BulkAnswer, EventStream } from './bulk-answer.js';
import { EventLine } from './event-line.js';
import { HIDDEN_CLOSE_MS, REOPEN_SPREAD_MS, SAFETY_INTERVAL_MS } from './limits.js';
import type { Settings } from './options.js';
import type { Happening, World } from './world.js';

export interface FeedEvents {
  /** Never called for a context that is not the newest. */
  outcome(outcome: Outcome): void;
  /** The connection is gone, though no question has failed. */
  lost(sentence: string): void;
}

/**
 * Asks for values: when the context changes, when the stream says so, by a slow clock, and after failures by a polite one.
 * There is never more than one question on its way, and none before a wait that the server asked for is over.
 */
export class Feed {
  readonly #timers: NamedTimers;
  readonly #line: EventLine;
  #body: string | undefined;
  #etag: string | undefined;
  #stream: EventStream | undefined;
  #abandon: (() => void) | undefined;
  #again = false;
  #failures = 0;
  /** Not before this, in elapsed ms: `Retry-After` binds everybody, a back-off all but a person's doing. */
  #asked = 0;
  #resting = 0;
  #paused = false;

  constructor(
    private readonly world: World,
    private readonly settings: Settings,
    private readonly events: FeedEvents,
  ) {
    this.#timers = new NamedTimers(world.after);
    this.#line = new EventLine(world, {
      refetch: (withinMs) => this.#soon(withinMs),
      lost: (sentence) => {
        if (this.#failures === 0) this.#next();
        // A page that nobody looks at does not look for another one before it is seen.
        if (!world.isHidden()) events.lost(sentence);
      },
      reopen: (never) => {
        // An answer without change says nothing of the address.
        if (never) this.#etag = undefined;
        this.#soon(0);
      },
    });
  }

  /** From here on values for this context are wanted. A question for another one is abandoned. */
  use(body: string, held: BulkAnswer | undefined): void {
    this.#abandon?.();
    this.#abandon = undefined;
    this.#body = body;
    this.#etag = undefined;
    if (held !== undefined) this.#know(held);
    this.#resting = 0;
    this.#ask();
  }

  /** Another tab has asked. */
  confirmed(answer: BulkAnswer): void {
    this.#know(answer);
    if (this.#failures === 0 && !this.#timers.has('soon')) this.#next();
  }

  happened({ type }: Happening): void {
    if (type === 'online') {
      this.#resting = 0;
      this.#rather(this.world.random() * REOPEN_SPREAD_MS);
    }
    if (type === 'offline') {
      // The clock goes on: some browsers say so of a network that works.
      this.#line.close();
      this.events.lost('The browser is offline.');
    }
    if (type === 'hidden')
      this.#timers.set('hidden', this.#stream?.hiddenCloseMs ?? HIDDEN_CLOSE_MS, () => this.#pause());
    if (type !== 'visible') return;
    this.#timers.clear('hidden');
    this.#paused = false;
    this.#rather(0);
  }

  close(): void {
    this.#pause();
    this.#abandon?.();
    this.#body = undefined;
  }

  #pause(): void {
    this.#paused = true;
    this.#timers.clearAll();
    this.#line.close();
  }

  /** Sooner than what has been planned. */
  #rather(withinMs: number): void {
    this.#timers.clear('soon');
    this.#soon(withinMs);
  }

  /** Nobody looks at a hidden page: it asks when it is seen again. */
  #soon(withinMs: number): void {
    if (this.#body === undefined || this.#paused || this.world.isHidden() || this.#timers.has('soon')) return;
    const waitMs = Math.max(withinMs, Math.max(this.#resting, this.#asked) - this.world.now().elapsedMs);
    this.#timers.set('soon', waitMs, () => this.#ask());
  }

  #ask(): void {
    const { url, key } = this.settings;
    const { elapsedMs } = this.world.now();
    if (this.#body === undefined) return;
    if (this.#abandon !== undefined) {
      this.#again = true;
      return;
    }
    const waitMs = this.#asked - elapsedMs;
    if (waitMs > 0) {
      this.#timers.set('soon', waitMs, () => this.#ask());
      return;
    }
    this.#timers.clear('soon');
    this.#timers.clear('next');
    this.#again = false;
    const question = { url, key, body: this.#body, etag: this.#etag };
    this.#abandon = askBulk(this.world, question, (outcome) => this.#hear(outcome));
  }

  #hear(outcome: Outcome): void {
    this.#abandon = undefined;
    if (outcome.kind === 'failed') this.#backOff(outcome.failure);
    else {
      this.#failures = 0;
      if (outcome.kind === 'answer') this.#know(outcome.answer);
      this.events.outcome(outcome);
      if (!this.#paused) this.#line.open(this.#stream);
      this.#next();
      if (this.#again) this.#soon(0);
      return;
    }
    this.events.outcome(outcome);
  }

  /** An answer without change, which has no body, is about this one and leaves its stream in force. */
  #know({ etag, stream }: BulkAnswer): void {
    this.#etag = etag;
    this.#stream = stream;
  }

  #backOff(failure: Failure): void {
    const plan = {
      failures: this.#failures,
      windowMs: DEFAULT_WINDOW_MS,
      extended: isLastingRefusal(failure),
      retryAfterMs: failure.retryAfterMs,
    };
    this.#failures += 1;
    const delayMs = retryDelayMs(plan, () => this.world.random());
    const { elapsedMs } = this.world.now();
    this.#resting = elapsedMs + delayMs;
    if (failure.retryAfterMs !== undefined) this.#asked = elapsedMs + failure.retryAfterMs;
    if (!this.#paused) this.#timers.set('next', delayMs, () => this.#byClock());
  }

  /** The next question that nobody asks for: rarely while a stream is open. */
  #next(): void {
    const intervalMs = this.#line.isOpen ? SAFETY_INTERVAL_MS : this.settings.pollIntervalMs;
    const moved = intervalMs * (1 - POLL_JITTER + 2 * POLL_JITTER * this.world.random());
    if (!this.#paused) this.#timers.set('next', moved, () => this.#byClock());
  }

  #byClock(): void {
    // With nothing to show, a page in the background goes on trying too.
    if (this.world.isHidden() && this.#failures === 0) this.#next();
    else this.#ask();
  }
}
