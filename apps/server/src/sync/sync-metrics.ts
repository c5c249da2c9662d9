import { Counter, type Registry } from 'prom-client';

/** What is counted about the source and about those who announce its changes. */
export class SyncMetrics {
  readonly fetches: Counter<'outcome'>;
  readonly rewrites: Counter;
  readonly deliveries: Counter<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.fetches = new Counter({
      name: 'guidon_git_fetches_total',
      help: 'Fetches from the Git source by this process.',
      labelNames: ['outcome'],
      registers,
    });
    this.rewrites = new Counter({
      name: 'guidon_git_rewrites_total',
      help: 'Commits that do not continue the newest judged commit of the branch.',
      registers,
    });
    this.deliveries = new Counter({
      name: 'guidon_webhook_deliveries_total',
      help: 'Webhook deliveries: queued, repeated, ignored (another branch, another event) or refused.',
      labelNames: ['outcome'],
      registers,
    });
  }
}
