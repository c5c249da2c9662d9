import { type BulkAnswer, readBulk } from './bulk-answer.js';
import { KEPT_ANSWERS, KEPT_MAX_CHARS, KEPT_MS } from './limits.js';
import type { TextStorage, World } from './world.js';

const PREFIX = 'guidon-web:';
/** The number is that of the form; what was written in another one is removed. */
const FORM = `${PREFIX}1:`;

export interface StoredAnswer {
  readonly answer: BulkAnswer;
  /** When the server last said that it is current, in ms since the epoch. */
  readonly atMs: number;
}

/**
 * Answers that outlive the page, one for each context, under a hash: neither the context nor the key is written. Whatever
 * fails here (no storage, no room, rubbish) costs the cache and nothing else.
 */
export class StoredAnswers {
  constructor(
    private readonly world: Pick<World, 'storage' | 'now'>,
    private readonly baseUrl: string,
  ) {}

  load(id: string): StoredAnswer | undefined {
    return this.#attempt((storage) => {
      const text = storage.getItem(FORM + id);
      return text === null ? undefined : this.#read(text);
    });
  }

  /** What another tab wrote, if it is for this context. */
  readTold(id: string, name: string, text: string): StoredAnswer | undefined {
    return this.#attempt(() => (name === FORM + id ? this.#read(text) : undefined));
  }

  save(id: string, { answer, atMs }: StoredAnswer): void {
    if (answer.text.length > KEPT_MAX_CHARS) return;
    const inner = JSON.stringify([atMs, answer.etag ?? '', answer.text]);
    const text = `${hash(inner)}:${inner}`;
    this.#attempt((storage) => {
      this.#makeRoom(storage, FORM + id, KEPT_ANSWERS - 1);
      try {
        storage.setItem(FORM + id, text);
      } catch {
        // No room: ours are given up before the page's own data get into trouble.
        this.#makeRoom(storage, '', 0);
        storage.setItem(FORM + id, text);
      }
    });
  }

  #read(text: string): StoredAnswer | undefined {
    const cut = text.indexOf(':');
    const inner = text.slice(cut + 1);
    if (text.slice(0, cut) !== hash(inner)) return undefined;
    const [atMs, etag, body] = JSON.parse(inner) as [number, string, string];
    if (Math.abs(this.world.now().epochMs - atMs) > KEPT_MS) return undefined;
    const answer = readBulk(body, etag === '' ? undefined : etag, this.baseUrl);
    return answer && { answer, atMs };
  }

  /** Removes the oldest until `left` others are there, and what older releases wrote. */
  #makeRoom(storage: TextStorage, name: string, left: number): void {
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    const others = names.filter((one) => one.startsWith(PREFIX) && one !== name);
    const ages = new Map(
      others.map((one) => [one, Number(/^[^:]*:\[(\d+)/.exec(storage.getItem(one) ?? '')?.[1] ?? 0)]),
    );
    others.sort((a, b) => (ages.get(b) as number) - (ages.get(a) as number));
    others.forEach((one, place) => {
      if (place >= left || !one.startsWith(FORM)) storage.removeItem(one);
    });
  }

  #attempt<T>(use: (storage: TextStorage) => T): T | undefined {
    try {
      return this.world.storage && use(this.world.storage);
    } catch {
      return undefined;
    }
  }
}

/** 106 bits over UTF-16 units, for names and against torn writes; no secret depends on it. */
export function hash(text: string): string {
  return lane(text, 0) + lane(text, 0x5bd1e995);
}

function lane(text: string, seed: number): string {
  let [high, low] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

/** JSON with sorted names, so that equal contexts have equal texts; a date becomes its ISO text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
