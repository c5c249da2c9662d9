/** Lower goes first: a kill overtakes whatever is half sent. */
export const LANES = { kill: 0, revive: 1, ruleset: 2, goodbye: 3, heartbeat: 4 } as const;
export type Lane = keyof typeof LANES;

/** Streams written before the loop gets its turn again: about 3 ms of socket writes. */
export const SLICE = 256;

interface Pass<T> {
  readonly members: Iterator<T>;
  readonly visit: (member: T) => void;
  readonly done: (() => void) | undefined;
}

export interface PassOptions<T> {
  readonly members: Iterable<T>;
  readonly visit: (member: T) => void;
  readonly done?: () => void;
}

/**
 * Walks over many streams in slices, so that ten thousand writes do not hold up the loop in one go. Passes of one lane
 * keep their order; a pass of a higher lane starts at once, ahead of the slices that lower lanes still have to go.
 */
export class SlicedPasses<T> {
  readonly #lanes: Pass<T>[][] = Object.values(LANES).map(() => []);
  #scheduled = false;

  /** `schedule` calls back after pending input and output had their turn: `setImmediate`. */
  constructor(
    private readonly schedule: (run: () => void) => void,
    private readonly slice = SLICE,
  ) {}

  /** Starts a pass; its first slice runs now unless passes of the same or a higher lane are under way. */
  start(lane: Lane, options: PassOptions<T>): void {
    const pass: Pass<T> = {
      members: options.members[Symbol.iterator](),
      visit: options.visit,
      done: options.done,
    };
    this.#lanes[LANES[lane]]?.push(pass);
    if (this.#next()?.pass === pass) this.#runSlice();
    else this.#arrange();
  }

  /** Whether a pass of this lane has streams to go. */
  pending(lane: Lane): boolean {
    return (this.#lanes[LANES[lane]]?.length ?? 0) > 0;
  }

  #next(): { readonly lane: Pass<T>[]; readonly pass: Pass<T> } | undefined {
    for (const lane of this.#lanes) {
      const pass = lane[0];
      if (pass !== undefined) return { lane, pass };
    }
    return undefined;
  }

  #runSlice(): void {
    const next = this.#next();
    if (next === undefined) return;
    for (let visited = 0; visited < this.slice; visited += 1) {
      const step = next.pass.members.next();
      if (step.done === true) {
        next.lane.shift();
        next.pass.done?.();
        break;
      }
      next.pass.visit(step.value);
    }
    if (this.#next() !== undefined) this.#arrange();
  }

  #arrange(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.schedule(() => {
      this.#scheduled = false;
      this.#runSlice();
    });
  }
}
