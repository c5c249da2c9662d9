/**
 * Lets one piece of work in at a time, urgent work before all that waits. The embedded database has a single
 * connection, and a press of the red button must not stand behind a queue of ordinary transactions.
 */
export class PriorityGate {
  private readonly urgent: (() => void)[] = [];
  private readonly ordinary: (() => void)[] = [];
  private busy = false;

  async run<T>(urgency: 'urgent' | 'ordinary', work: () => Promise<T>): Promise<T> {
    if (this.busy) await new Promise<void>((enter) => this[urgency].push(enter));
    this.busy = true;
    try {
      return await work();
    } finally {
      const next = this.urgent.shift() ?? this.ordinary.shift();
      // `busy` stays set when the gate is handed over, so that a newcomer cannot slip in between.
      if (next === undefined) this.busy = false;
      else next();
    }
  }
}
