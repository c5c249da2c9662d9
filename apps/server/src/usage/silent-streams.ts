import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { fetchHeard, fetchSilent, type SilentStream, storeSilent } from './silent-streams.repository.js';

/** Names in one question: thousands of streams are asked about in turns, between which a press gets its own. */
const ASKED_AT_ONCE = 2_000;

/** Who holds a stream and reports nothing, as all servers know it. */
export class SilentStreams {
  constructor(private readonly parts: { readonly transactions: Transactions; readonly clock: Clock }) {}

  /** Those of the names that reported after a time, to whichever server, and have not said goodbye. */
  async heard(environment: string, names: readonly string[], sinceMs: number): Promise<ReadonlySet<string>> {
    const heard = new Set<string>();
    for (let from = 0; from < names.length; from += ASKED_AT_ONCE) {
      const asked = { names: names.slice(from, from + ASKED_AT_ONCE), sinceMs };
      const found = await this.parts.transactions.run((manager) => fetchHeard(manager, environment, asked));
      for (const name of found) heard.add(name);
    }
    return heard;
  }

  /** Says that this server holds their streams now. It has to be said again while it does. */
  async note(environment: string, streams: readonly SilentStream[]): Promise<void> {
    if (streams.length === 0) return;
    const noted = { streams, nowMs: this.parts.clock.nowMs() };
    await this.parts.transactions.run((manager) => storeSilent(manager, environment, noted));
  }

  /** What any server noted within the last seconds. */
  of(environment: string): Promise<readonly SilentStream[]> {
    const nowMs = this.parts.clock.nowMs();
    return this.parts.transactions.run((manager) => fetchSilent(manager, environment, nowMs));
  }
}
