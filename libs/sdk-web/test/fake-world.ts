import { type FakeClock, fakeClock } from '@guidon/testkit';
import type { Happening, StreamSource, TextStorage, World } from '../src/world.js';

export const WEB_KEY = `gdn_web_abcdefgh_${'x'.repeat(43)}`;
export const URL_BASE = 'https://flags.acme.example';
export const OPTIONS = { url: URL_BASE, key: WEB_KEY, logger: { warn: () => undefined } };

export type Answer = Response | Error | 'never';

/** A body of a bulk evaluation: key to value, or to the whole item. */
export function bulk(values: { readonly [key: string]: unknown }, more: object = {}): string {
  const flags = Object.entries(values).map(([key, value]) =>
    typeof value === 'object' && value !== null && 'item' in value
      ? { key, ...Object(value.item) }
      : { key, value, variant: String(value), reason: 'STATIC', metadata: { generation: 7 } },
  );
  return JSON.stringify({ flags, metadata: {}, ...more });
}

export const ok = (values: { readonly [key: string]: unknown }, etag = '"1"', more: object = {}) =>
  new Response(bulk(values, more), {
    headers: { 'content-type': 'application/json; charset=utf-8', ...(etag !== '' && { etag }) },
  });

export const status = (code: number, headers: Record<string, string> = {}, body: string | null = null) =>
  new Response(body, { status: code, headers });

export interface Asked {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly context: unknown;
  readonly atMs: number;
  readonly signal: AbortSignal;
}

export class FakeStream implements StreamSource {
  onopen: StreamSource['onopen'] = null;
  onerror: StreamSource['onerror'] = null;
  onmessage: StreamSource['onmessage'] = null;
  closed = false;
  constructor(readonly url: string) {}
  close(): void {
    this.closed = true;
  }
  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
}

/** Storage of one origin, to be given to several worlds: the tabs of a browser. */
export class FakeStorage implements TextStorage {
  readonly texts = new Map<string, string>();
  roomChars = Number.POSITIVE_INFINITY;
  get length(): number {
    return this.texts.size;
  }
  key(index: number): string | null {
    return [...this.texts.keys()][index] ?? null;
  }
  getItem(name: string): string | null {
    return this.texts.get(name) ?? null;
  }
  setItem(name: string, text: string): void {
    let sum = text.length;
    for (const [one, other] of this.texts) if (one !== name) sum += other.length;
    if (sum > this.roomChars) throw new DOMException('exceeded', 'QuotaExceededError');
    this.texts.set(name, text);
  }
  removeItem(name: string): void {
    this.texts.delete(name);
  }
}

/** A browser without a browser: time stands still until a test moves it, and chance is one half. */
export class FakeWorld implements World {
  readonly clock: FakeClock = fakeClock();
  readonly asked: Asked[] = [];
  readonly streams: FakeStream[] = [];
  /** Given in their order; the last one again and again. A function is asked each time. */
  answers: (Answer | (() => Answer))[] = [];
  hidden = false;
  chance = 0.5;
  readonly #listeners = new Set<(happening: Happening) => void>();

  constructor(public storage: TextStorage | undefined = new FakeStorage()) {}

  now = () => ({ elapsedMs: this.clock.elapsedMs(), epochMs: this.clock.nowMs() });
  random = () => this.chance;
  isHidden = () => this.hidden;
  openStream: World['openStream'] = (url) => {
    const stream = new FakeStream(url);
    this.streams.push(stream);
    return stream;
  };

  after = (delayMs: number, run: () => void) => {
    const timer = this.clock.after(delayMs, run);
    return () => timer.cancel();
  };

  watch = (listener: (happening: Happening) => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get listeners(): number {
    return this.#listeners.size;
  }

  fetch = (url: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal;
    const headers = init.headers as Record<string, string>;
    const { context } = JSON.parse(String(init.body));
    this.asked.push({ url, headers, context, atMs: this.clock.elapsedMs(), signal });
    const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    const answer = typeof next === 'function' ? next() : next;
    if (answer instanceof Response) return Promise.resolve(answer.clone());
    if (answer instanceof Error) return Promise.reject(answer);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  };

  happen(happening: Happening): void {
    if (happening.type === 'hidden') this.hidden = true;
    if (happening.type === 'visible') this.hidden = false;
    for (const listener of [...this.#listeners]) listener(happening);
  }

  get stream(): FakeStream {
    return this.streams.at(-1) as FakeStream;
  }

  wait = (ms: number) => this.clock.advanceAsync(ms);
}
