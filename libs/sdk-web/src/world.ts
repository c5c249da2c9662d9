import type { Instant } from '@guidon/sdk-core/ports';

/** What happens around a page. `stored`: another tab wrote under this name. */
export type Happening =
  | { readonly type: 'visible' | 'hidden' | 'online' | 'offline' }
  | { readonly type: 'stored'; readonly name: string; readonly text: string };

/** The part of `EventSource` that is used. */
export interface StreamSource {
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  close(): void;
}

/** The part of `Storage` that is used; each of them may throw. */
export interface TextStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
  removeItem(name: string): void;
}

/** Everything outside. Nothing else in this package reaches for the browser. */
export interface World {
  now(): Instant;
  /** Calls back once. Returns what cancels it. */
  after(delayMs: number, run: () => void): () => void;
  random(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Absent where the platform has no `EventSource`. */
  readonly openStream: ((url: string) => StreamSource) | undefined;
  /** Absent in private modes and where pages may not store. */
  readonly storage: TextStorage | undefined;
  isHidden(): boolean;
  /** Returns what ends it. */
  watch(listener: (happening: Happening) => void): () => void;
}

/** A browser's page or worker. Whatever a platform lacks is left out rather than thrown about. */
export function browserWorld(): World {
  const { document, EventSource } = globalThis as Partial<typeof globalThis>;
  return {
    now: () => ({ elapsedMs: performance.now(), epochMs: Date.now() }),
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    fetch: (url, init) => fetch(url, init),
    openStream: EventSource === undefined ? undefined : (url) => new EventSource(url) as StreamSource,
    storage: findStorage(),
    isHidden: () => document?.visibilityState === 'hidden',
    watch: watchBrowser,
  };
}

/** Reading the property throws where a page may not store. */
function findStorage(): TextStorage | undefined {
  try {
    return globalThis.localStorage ?? undefined;
  } catch {
    return undefined;
  }
}

function watchBrowser(listener: (happening: Happening) => void): () => void {
  const ends: (() => void)[] = [];
  const on = (target: EventTarget | undefined, name: string, run: (event: Event) => void) => {
    target?.addEventListener?.(name, run);
    ends.push(() => target?.removeEventListener?.(name, run));
  };
  const { document } = globalThis as Partial<typeof globalThis>;
  const seen = () => listener({ type: document?.visibilityState === 'hidden' ? 'hidden' : 'visible' });
  on(document, 'visibilitychange', seen);
  on(globalThis, 'online', () => listener({ type: 'online' }));
  on(globalThis, 'offline', () => listener({ type: 'offline' }));
  on(globalThis, 'storage', (event) => {
    const { key, newValue } = event as StorageEvent;
    if (key !== null && newValue !== null) listener({ type: 'stored', name: key, text: newValue });
  });
  return () => {
    for (const end of ends) end();
  };
}
