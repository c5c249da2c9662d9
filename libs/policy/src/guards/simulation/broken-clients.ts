import { assessErrorRatio } from '../assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS } from '../error-ratio-settings.js';
import type { ErrorWindow } from '../error-window.js';
import type { Random } from './random.js';

/**
 * Clients that fail half their calls whatever the flag says, in a fleet with a few heavy users; no effect. Source:
 * reference note on rollouts, A3.6, last table.
 */
export interface Clients {
  readonly subjects: number;
  /** Share of the subjects that are broken. */
  readonly broken: number;
  readonly windows: number;
}

const HEALTHY_RATE = 0.01;
const BROKEN_RATE = 0.5;
const MEAN_CALLS = 1;

interface Subject {
  readonly isTreated: boolean;
  readonly rate: number;
  readonly calls: number;
  errors: number;
}

/** Whether the guard alarms without and with the correction for clustering. */
export function brokenClientAlarms(
  clients: Clients,
  random: Random,
): { readonly raw: boolean; readonly corrected: boolean } {
  const subjects = Array.from({ length: clients.subjects }, () => createSubject(clients, random));
  const corrected = Array.from({ length: clients.windows }, (_, index) =>
    liveWindow(subjects, random, index),
  );
  const raw = corrected.map(({ clustering: _, ...window }) => window);
  return { raw: alarms(raw), corrected: alarms(corrected) };
}

function alarms(windows: readonly ErrorWindow[]): boolean {
  return assessErrorRatio(windows, ERROR_RATIO_DEFAULTS).alarmedAtMs !== undefined;
}

function createSubject({ broken }: Clients, random: Random): Subject {
  return {
    isTreated: random.uniform() < 0.5,
    rate: random.uniform() < broken ? BROKEN_RATE : HEALTHY_RATE,
    // Log-normal with this mean: the heaviest percent makes about a seventh of the calls.
    calls: MEAN_CALLS * Math.exp(random.normal() - 0.5),
    errors: 0,
  };
}

function liveWindow(subjects: readonly Subject[], random: Random, index: number): ErrorWindow {
  const arms = { treatment: { exposures: 0, errors: 0 }, control: { exposures: 0, errors: 0 } };
  const sums = { errors: 0, squares: 0 };
  for (const subject of subjects) {
    const calls = random.poisson(subject.calls);
    const errors = random.binomial(calls, subject.rate);
    const arm = subject.isTreated ? arms.treatment : arms.control;
    arm.exposures += calls;
    arm.errors += errors;
    sums.errors += errors;
    sums.squares += errors * (2 * subject.errors + errors);
    subject.errors += errors;
  }
  return {
    startMs: index * 10_000,
    endMs: (index + 1) * 10_000,
    stratum: 'all',
    ...arms,
    clustering: { kind: 'subjects', ...sums },
  };
}
