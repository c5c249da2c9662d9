import type { Assignment, MatrixFlag } from './matrix-flag.js';
import { canBe } from './possible.js';

/** Pairs of variants as whole numbers, so that a thousand flags can be looked through again and again. */
export class LevelPairs {
  /** Possible pairs that no run covers yet. */
  readonly open = new Set<number>();
  readonly impossible: Assignment[] = [];
  readonly possible: number;
  /** The most possible pairs of any two flags. */
  readonly lowerBound: number;
  private readonly first = new Map<string, number>();
  private readonly levels: (readonly [flag: string, variant: string])[] = [];

  constructor(
    private readonly flags: readonly MatrixFlag[],
    byKey: ReadonlyMap<string, MatrixFlag>,
  ) {
    for (const { key, variants } of flags) {
      this.first.set(key, this.levels.length);
      for (const variant of variants) this.levels.push([key, variant]);
    }
    let most = 0;
    for (const [index, a] of flags.entries())
      for (const b of flags.slice(index + 1)) most = Math.max(most, this.add(a, b, byKey));
    this.possible = this.open.size;
    this.lowerBound = most;
  }

  private add(a: MatrixFlag, b: MatrixFlag, byKey: ReadonlyMap<string, MatrixFlag>): number {
    let count = 0;
    for (const left of a.variants)
      for (const right of b.variants) {
        const pair = { [a.key]: left, [b.key]: right };
        if (canBe(byKey, pair)) {
          this.open.add(this.idOf(this.level(a, left), this.level(b, right)));
          count += 1;
        } else this.impossible.push(pair);
      }
    return count;
  }

  level({ key, variants }: MatrixFlag, variant: string): number {
    return (this.first.get(key) as number) + variants.indexOf(variant);
  }

  idOf(a: number, b: number): number {
    return a < b ? a * this.levels.length + b : b * this.levels.length + a;
  }

  levelsOf(run: Assignment): number[] {
    return this.flags.map((flag) => this.level(flag, run[flag.key] as string));
  }

  /** All pairs of a whole run. */
  pairsOf(run: Assignment): number[] {
    const levels = this.levelsOf(run);
    return levels.flatMap((a, index) => levels.slice(index + 1).map((b) => this.idOf(a, b)));
  }

  /** An open pair with the variant that most open pairs wait for, so that the first choice of a run counts. */
  busiest(): Assignment {
    const waiting = new Uint32Array(this.levels.length);
    const total = this.levels.length;
    for (const id of this.open) {
      for (const level of [Math.floor(id / total), id % total])
        waiting[level] = (waiting[level] as number) + 1;
    }
    let best = -1;
    let weight = -1;
    for (const id of this.open) {
      const own = Math.max(waiting[Math.floor(id / total)] as number, waiting[id % total] as number);
      if (own > weight) [best, weight] = [id, own];
    }
    return Object.fromEntries(
      [Math.floor(best / total), best % total].map((level) => this.levels[level] as [string, string]),
    );
  }
}
