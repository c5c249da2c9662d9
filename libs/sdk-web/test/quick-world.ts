import type { StreamSource, World } from '../src/world.js';
import { FakeStorage } from './fake-world.js';

/** How many times as fast as usual the time goes by. */
const HASTE = 50;

/** Real sockets and real time, in haste, for the SDK; there is no `EventSource` in Node 20. */
export class QuickWorld implements World {
  storage = new FakeStorage();
  skewMs = 0;
  readonly #began = performance.now();
  readonly #timers = new Set<NodeJS.Timeout>();

  now = () => {
    const elapsedMs = (performance.now() - this.#began) * HASTE;
    return { elapsedMs, epochMs: Date.UTC(2026, 10, 23) + elapsedMs + this.skewMs };
  };
  after = (delayMs: number, run: () => void) => {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs / HASTE);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  };
  random = () => Math.random();
  fetch: World['fetch'] = (url, init) => fetch(url, init);
  openStream: World['openStream'] = (url) => new FetchStream(url);
  isHidden = () => false;
  watch = () => () => undefined;

  get timers(): number {
    return this.#timers.size;
  }
}

/** As little of an `EventSource` as the SDK uses; it ends at the first error, since the SDK closes it then anyway. */
class FetchStream implements StreamSource {
  onopen: StreamSource['onopen'] = null;
  onerror: StreamSource['onerror'] = null;
  onmessage: StreamSource['onmessage'] = null;
  readonly #controller = new AbortController();

  constructor(url: string) {
    this.#read(url).then(
      () => this.onerror?.(),
      () => this.onerror?.(),
    );
  }

  close(): void {
    this.#controller.abort();
  }

  async #read(url: string): Promise<void> {
    const response = await fetch(url, { signal: this.#controller.signal });
    if (!response.ok || response.body === null) return;
    this.onopen?.();
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) this.onmessage?.({ data: line.slice(6) });
    }
  }
}
