import type { Counter, Histogram, Registry } from 'prom-client';
import { declaredCounter, declaredHistogram } from '../kernel/metrics/index.js';

/** What is counted about the source and about those who announce its changes. */
export class SyncMetrics {
  readonly fetches: Counter<'outcome'>;
  readonly rewrites: Counter;
  readonly deliveries: Counter<'outcome'>;
  /** Of commits that this process published. */
  readonly publishing: Histogram;

  constructor(registry: Registry) {
    this.fetches = declaredCounter(registry, 'guidon_git_fetches_total');
    this.rewrites = declaredCounter(registry, 'guidon_git_rewrites_total');
    this.deliveries = declaredCounter(registry, 'guidon_webhook_deliveries_total');
    this.publishing = declaredHistogram(registry, 'guidon_publish_seconds');
  }
}
