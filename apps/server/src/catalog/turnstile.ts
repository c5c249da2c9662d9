/** Lets one piece of work in after the other, in the order of arrival; a failure does not stop the queue. */
export class Turnstile {
  private last: Promise<unknown> = Promise.resolve();

  enter<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
