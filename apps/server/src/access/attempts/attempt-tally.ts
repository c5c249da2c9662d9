/** Attempts of one key that are written one by one within a minute, and those of all keys together. */
const TOLD_OF_ONE = 3;
const TOLD_OF_ALL = 60;
/** Keys and sources that are counted apart within a minute; the rest is counted together. */
const MOST_APART = 50;
const MOST_OPERATIONS = 20;

/** Whose attempts are counted together: a key, or an address from which wrong keys come. */
export interface Attempter {
  readonly kind: 'key' | 'source';
  /** Of a key: as in audit entries. Of a source: its address. */
  readonly name: string;
}

export interface AttemptSummary extends Attempter {
  readonly count: number;
  readonly operations: { readonly [operation: string]: number };
}

export interface MinuteOfAttempts {
  readonly summaries: readonly AttemptSummary[];
  /** What more keys and sources tried, all together. */
  readonly others: number;
}

interface Tally {
  readonly attempter: Attempter;
  told: number;
  left: number;
  readonly operations: Map<string, number>;
}

/**
 * Counts refused attempts, so that nobody can fill the log by being refused: of each key the first few of a minute are
 * told, the others are counted. Wrong keys are never told one by one, since anybody can send them.
 */
export class AttemptTally {
  private tallies = new Map<string, Tally>();
  private told = 0;
  private others = 0;

  /** Whether this attempt gets an entry of its own. */
  take(attempter: Attempter, operation: string): boolean {
    const tally = this.tallyOf(attempter);
    if (tally === undefined) {
      this.others += 1;
      return false;
    }
    if (attempter.kind === 'key' && tally.told < TOLD_OF_ONE && this.told < TOLD_OF_ALL) {
      tally.told += 1;
      this.told += 1;
      return true;
    }
    tally.left += 1;
    const known = tally.operations.has(operation) || tally.operations.size < MOST_OPERATIONS;
    const name = known ? operation : 'others';
    tally.operations.set(name, (tally.operations.get(name) ?? 0) + 1);
    return false;
  }

  /** What was left out since the last time, and a new minute begins. */
  drain(): MinuteOfAttempts {
    const summaries = [...this.tallies.values()]
      .filter(({ left }) => left > 0)
      .map(({ attempter, left, operations }) => ({
        ...attempter,
        count: left,
        operations: Object.fromEntries(operations),
      }));
    const { others } = this;
    this.tallies = new Map();
    this.told = 0;
    this.others = 0;
    return { summaries, others };
  }

  private tallyOf(attempter: Attempter): Tally | undefined {
    const id = `${attempter.kind}/${attempter.name}`;
    const found = this.tallies.get(id);
    if (found !== undefined || this.tallies.size >= MOST_APART) return found;
    const made = { attempter, told: 0, left: 0, operations: new Map<string, number>() };
    this.tallies.set(id, made);
    return made;
  }
}
