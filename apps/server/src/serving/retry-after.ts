/**
 * Whole seconds, 1 to 5, one after the other: spread so that refused callers do not return together, small because one
 * such header silences a whole OpenFeature provider, whole because the JavaScript provider reads anything else as
 * something else.
 */
export class RetryAfter {
  #last = 0;

  next(): string {
    this.#last = (this.#last % 5) + 1;
    return String(this.#last);
  }
}
