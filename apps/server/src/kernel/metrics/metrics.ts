import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * One registry per server, so that two servers in one process do not share counters. Features put their metrics into it by
 * `declaredCounter` and the like, by name from the catalogue in `@guidon/protocol/metrics`; labels never hold anything that
 * a caller chose.
 */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'guidon_' });
  return registry;
}

/** Injection token of the prom-client `Registry`. */
export const METRICS = Symbol('Metrics');
