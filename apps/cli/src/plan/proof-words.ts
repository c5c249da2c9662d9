import { proofWait, type Stage, TOTAL_PARTS } from '@guidon/engine/model';

const HOUR_MS = 3_600_000;
/** Stated with every figure that is built on it, since counts of evaluations know nothing of errors. */
const ASSUMED_ERROR_RATE = 0.01;

/**
 * How long a proof takes at this traffic, where that is longer than it may take (V6). Nothing of a stage that takes part of
 * an audience: how many are in that is not known.
 */
export function proofWords({ id, prove, audience, parts = TOTAL_PARTS }: Stage, perHour: number): string[] {
  if (prove === undefined || audience !== undefined) return [];
  const wait = proofWait({ ratioBelow: prove.ratioBelow, parts, errorRate: ASSUMED_ERROR_RATE });
  const treatedPerHour = perHour * (parts / TOTAL_PARTS);
  const neededHours = wait.median / treatedPerHour;
  if (neededHours * HOUR_MS <= prove.withinMs) return [];
  const given = `Stage ${id} takes about ${hoursWords(neededHours)} to prove a ratio below ${prove.ratioBelow}, and has ${hoursWords(prove.withinMs / HOUR_MS)}`;
  return [
    `${given}: that takes some ${rough(wait.median)} calls with the new variant, and ${rough(perHour)} evaluations an hour are counted (assuming a call for each, 1 % of which fail).`,
  ];
}

function hoursWords(hours: number): string {
  if (hours >= 48) return `${rough(hours / 24)} days`;
  const whole = rough(hours);
  return `${whole} ${whole === '1' ? 'hour' : 'hours'}`;
}

/** Two digits: more would pretend to know. */
function rough(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en-US');
}
