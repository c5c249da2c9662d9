import type { LiveCatalog } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import { Admission, type AdmissionLimits } from './admission.js';
import { AnswerSheets } from './answer-sheets.js';
import { RetryAfter } from './retry-after.js';
import { RulesetBodies } from './ruleset-bodies.js';
import { ServingMetrics } from './serving-metrics.js';
import { StreamHub } from './stream-hub.js';

/** The parts of serving, put together once for a process. */
export interface Serving {
  readonly catalog: LiveCatalog;
  readonly clock: Clock;
  readonly sheets: AnswerSheets;
  readonly bodies: RulesetBodies;
  readonly hub: StreamHub;
  readonly retryAfter: RetryAfter;
  readonly metrics: ServingMetrics;
}

export interface ServingOptions {
  readonly catalog: LiveCatalog;
  readonly clock: Clock;
  readonly limits?: AdmissionLimits;
}

export function assembleServing({ catalog, clock, limits }: ServingOptions): Serving {
  const metrics = new ServingMetrics();
  const bodies = new RulesetBodies();
  const admission = new Admission(limits);
  return {
    catalog,
    clock,
    bodies,
    metrics,
    sheets: new AnswerSheets(() => catalog.snapshot()?.project.name),
    hub: new StreamHub({ catalog, bodies, clock, admission, metrics }),
    retryAfter: new RetryAfter(),
  };
}
