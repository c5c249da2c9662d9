/** Reports a second with web keys that are taken, of each environment. */
export const WEB_REPORTS_PER_SECOND = 100;

/** Caps reports with web keys, which anybody has: by environment and second. */
export class WebAllowance {
  readonly #taken = new Map<string, { second: number; count: number }>();

  constructor(private readonly perSecond = WEB_REPORTS_PER_SECOND) {}

  admits(environment: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    const taken = this.#taken.get(environment);
    if (taken === undefined || taken.second !== second) {
      this.#taken.set(environment, { second, count: 1 });
      return true;
    }
    taken.count += 1;
    return taken.count <= this.perSecond;
  }
}
