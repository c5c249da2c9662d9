import type { Mark, MarkStorage, RecordChange, RecordKind, RecordStorage } from '../src/ports.js';

const nameOf = (kind: RecordKind, id: string) => `${kind} ${id}`;

/** A disk in memory. It can be full, and processes can die over it. */
export class FakeDisk implements RecordStorage {
  records = new Map<string, string>();
  /** How often something was stored. */
  writes = 0;
  isFull = false;
  /** The mark of the process that runs. */
  mark: Mark | undefined;
  #dead: Mark[] = [];

  /** All that is stored, in one text to search in. */
  get text(): string {
    return [...this.records.values()].join('\n');
  }

  /** Ids of a kind. */
  ids(kind: RecordKind): readonly string[] {
    const head = nameOf(kind, '');
    return [...this.records.keys()]
      .filter((name) => name.startsWith(head))
      .map((name) => name.slice(head.length));
  }

  /** The process ends without a word. */
  die(): void {
    if (this.mark !== undefined) this.#dead.push({ ...this.mark, deaths: this.mark.deaths + 1 });
    this.mark = undefined;
  }

  /** A copy, for another process on another machine that begins from the same. */
  copy(): FakeDisk {
    const disk = new FakeDisk();
    disk.records = new Map(this.records);
    return disk;
  }

  list(kind: RecordKind): readonly string[] {
    return this.ids(kind).map((id) => this.records.get(nameOf(kind, id)) ?? '');
  }

  read(kind: RecordKind, id: string): string | undefined {
    return this.records.get(nameOf(kind, id));
  }

  store(changes: readonly RecordChange[], done: (stored: boolean) => void): void {
    this.writes += 1;
    for (const { kind, id, text } of changes) {
      if (this.isFull) continue;
      if (text === undefined) this.records.delete(nameOf(kind, id));
      else this.records.set(nameOf(kind, id), text);
    }
    done(!this.isFull);
  }

  storeNow(changes: readonly RecordChange[]): void {
    this.store(changes, () => {});
  }

  readonly marks: MarkStorage = {
    died: () => [...this.#dead],
    set: (mark) => {
      this.mark = mark;
    },
    clear: () => {
      const { hash } = this.mark ?? {};
      this.#dead = this.#dead.filter((one) => one.hash !== hash);
      this.mark = undefined;
    },
    forget: (hash) => {
      this.#dead = this.#dead.filter((one) => one.hash !== hash);
    },
  };
}
