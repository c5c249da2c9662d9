/** Subjects that are remembered of each kind; who has been there for longest is forgotten first. */
export const SUBJECTS_REMEMBERED = 20_000;

/**
 * Which subjects were exposed already, and how many errors each has had: the same user over and over proves less than as many
 * users. Only hashes are kept, and nothing of them leaves the process but sums.
 */
export class Subjects {
  readonly #exposed = new Set<number>();
  readonly #errors = new Map<number, number>();

  constructor(private readonly limit = SUBJECTS_REMEMBERED) {}

  /** How many are remembered, of each kind. */
  get sizes(): readonly [exposed: number, withErrors: number] {
    return [this.#exposed.size, this.#errors.size];
  }

  /** Notes an exposure, and says whether it is the subject's first of its kind. */
  isNew(kind: number, subject: string | number): boolean {
    const hash = hashOn(kind, subject);
    if (this.#exposed.has(hash)) return false;
    this.#exposed.add(hash);
    if (this.#exposed.size > this.limit) {
      const [oldest] = this.#exposed;
      this.#exposed.delete(oldest as number);
    }
    return true;
  }

  /** Notes one more error, and says by how much the sum of x² over subjects grows with it. */
  addError(kind: number, subject: string | number): number {
    const hash = hashOn(kind, subject);
    const before = this.#errors.get(hash) ?? 0;
    // Deleting first moves it to the end, so that the oldest is first.
    this.#errors.delete(hash);
    this.#errors.set(hash, before + 1);
    if (this.#errors.size > this.limit) {
      const [oldest] = this.#errors.keys();
      this.#errors.delete(oldest as number);
    }
    return 2 * before + 1;
  }
}

/** Where hashes of subjects of one kind begin. */
export function kindOf(name: string): number {
  return hashOn(0x811c9dc5, name);
}

/** FNV-1a over UTF-16 code units: two subjects of thousands that fall together change a sum by next to nothing. */
function hashOn(start: number, subject: string | number): number {
  const text = typeof subject === 'string' ? subject : String(subject);
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
