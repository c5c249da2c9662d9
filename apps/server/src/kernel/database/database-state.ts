import type { Clock } from '../clock/index.js';

/** Told when the database goes away or comes back, and not again while it stays so. */
export interface DatabaseChange {
  readonly isUp: boolean;
  /** Whether something is served from memory meanwhile. */
  readonly isServing: boolean;
  /** Why it cannot be reached. */
  readonly cause?: unknown;
}

/** Whether the database answers, as seen by whatever talked to it last. */
export class DatabaseState {
  private lastAnswerMs: number | undefined;
  private lastFailureMs: number | undefined;
  private down = true;
  private told: 'up' | 'down' | undefined;
  private closing = false;
  private isServing: () => boolean = () => false;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (change: DatabaseChange) => void = () => {},
  ) {}

  /**
   * `askedMs`: when what was answered began, on the clock's `elapsedMs`. An answer to a question from before the last
   * failure proves nothing: with many questions in flight, one that got through would look like a recovery.
   */
  answered(askedMs = this.clock.elapsedMs()): void {
    if (this.lastFailureMs !== undefined && askedMs < this.lastFailureMs) return;
    this.lastAnswerMs = this.clock.elapsedMs();
    this.down = false;
    if (this.told === 'down' && !this.closing) this.tell({ isUp: true, isServing: this.isServing() });
    this.told = 'up';
  }

  failed(cause?: unknown): void {
    this.lastFailureMs = this.clock.elapsedMs();
    this.down = true;
    if (this.told !== 'down' && !this.closing) this.tell({ isUp: false, isServing: this.isServing(), cause });
    this.told = 'down';
  }

  /** From now on failures are our own doing, and not told. */
  close(): void {
    this.closing = true;
  }

  /** The boot says who knows whether anything is served; this file knows nothing of flags. */
  askWhetherServing(isServing: () => boolean): void {
    this.isServing = isServing;
  }

  /** What still works while the database is away, for answers and the log. */
  consolation(): string {
    return this.isServing() ? SERVING : NOT_SERVING;
  }

  isUp(): boolean {
    return !this.down;
  }

  /** On the clock by which answers and failures are ordered. */
  elapsedMs(): number {
    return this.clock.elapsedMs();
  }

  /** Whole seconds since the database last answered; `undefined` when it never did. */
  silentSeconds(): number | undefined {
    if (this.lastAnswerMs === undefined) return undefined;
    return Math.floor((this.clock.elapsedMs() - this.lastAnswerMs) / 1000);
  }
}

const SERVING = 'Flags are still served from memory.';
const NOT_SERVING = 'No flag has been loaded yet, so none is served until it can be reached.';
