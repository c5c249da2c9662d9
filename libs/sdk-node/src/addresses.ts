/** The addresses of a server in their order, and the one that is asked next. All lead to one installation. */
export class Addresses {
  readonly #urls: readonly URL[];
  #at = 0;

  constructor(urls: readonly [URL, ...URL[]]) {
    this.#urls = urls;
  }

  get current(): URL {
    return this.#urls[this.#at] as URL;
  }

  /**
   * What was asked here has failed: the next attempt, which comes no sooner for it, goes to the next address. After one that
   * had served, the search begins with the first again. Two attempts that fail together at one address count once.
   */
  failed(url: URL, hadServed = false): void {
    if (url !== this.current) return;
    this.#at = hadServed && this.#at > 0 ? 0 : (this.#at + 1) % this.#urls.length;
  }
}
