import { CLIENT_SCENARIOS } from './broken-clients.js';
import { DETECTION_SCENARIOS } from './detection-scenarios.js';
import { FLAT_SCENARIOS } from './flat-scenarios.js';
import { LATENCY_SCENARIOS } from './latency-scenarios.js';
import { PROOF_SCENARIOS } from './proof-scenarios.js';
import { RAMP_SCENARIOS } from './ramp-scenarios.js';
import { SAMPLE_RATIO_SCENARIOS } from './sample-ratio-scenarios.js';
import type { Scenario } from './scenario.js';

export { createRandom, type Random } from './random.js';
export {
  type MethodSummary,
  runScenario,
  type ScenarioSummary,
  summarize,
} from './run-scenario.js';
export type { Outcomes, Published, Scenario } from './scenario.js';

/** The tables of the reference note on rollouts, A3.3 and A3.5 to A3.7, and what they leave open. */
export const SCENARIOS: readonly Scenario[] = [
  ...FLAT_SCENARIOS,
  ...RAMP_SCENARIOS,
  ...LATENCY_SCENARIOS.filter(({ kind }) => kind === 'false-alarms'),
  ...CLIENT_SCENARIOS,
  ...SAMPLE_RATIO_SCENARIOS,
  ...DETECTION_SCENARIOS,
  ...LATENCY_SCENARIOS.filter(({ kind }) => kind === 'detection'),
  ...PROOF_SCENARIOS,
];
