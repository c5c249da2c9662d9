import { type Guard, type Plan, type Stage, TOTAL_PARTS } from '@guidon/engine/model';
import type { GuardReading, Observation } from './rollout-event.js';

/** Data older than this is no data: three flush periods of ten seconds. */
export const FRESH_WITHIN_MS = 30_000;

/**
 * Whether chance decides for anybody who gets the new variant so far. Only then there are two arms; in a stage of all
 * the staff nobody has a counterpart, and the guards that compare have nothing to say.
 */
export function isRandomised({ stages, holdoutParts }: Plan, stage: number): boolean {
  const reached = stages.slice(0, stage + 1);
  const everyone = reached.filter(({ audience }) => audience === undefined).map(partsOf);
  const most = Math.max(0, ...everyone);
  if (most === TOTAL_PARTS) return holdoutParts > 0;
  return most > 0 || reached.some((one) => partsOf(one) < TOTAL_PARTS);
}

function partsOf({ parts }: Stage): number {
  return parts ?? TOTAL_PARTS;
}

/** Guards of the plan that must speak before the stage is left. A query needs no arms. */
export function guardsAsked(plan: Plan, stage: number): readonly Guard[] {
  const hasArms = isRandomised(plan, stage);
  return plan.guards.filter(({ type }) => hasArms || type === 'prometheus');
}

/** Whether windows of this rollout should come in while it is in this stage. */
export function expectsData(plan: Plan, stage: number): boolean {
  return isRandomised(plan, stage) && plan.guards.some(({ type }) => type !== 'prometheus');
}

/** The alarm that counts most: one that takes the rollout back before one that pauses it. */
export function alarmIn({ guards }: Pick<Observation, 'guards'>): GuardReading | undefined {
  const alarms = guards.filter(({ verdict }) => verdict === 'fail');
  return alarms.find(({ onAlarm }) => onAlarm === 'rollback') ?? alarms[0];
}

export interface Unproven {
  readonly guard?: string;
  readonly sentence: string;
  readonly done?: number;
  readonly needed?: number;
}

export interface EvidenceQuestion {
  readonly plan: Plan;
  readonly stage: number;
  readonly seen: Observation;
  readonly nowMs: number;
}

/** Why what was seen is no ground to count time as healthy: data are missing, old or cannot be judged. */
export function whyNotHealthy({ plan, stage, seen, nowMs }: EvidenceQuestion): Unproven | undefined {
  if (expectsData(plan, stage)) {
    const { newestDataMs } = seen;
    if (newestDataMs === undefined) return { sentence: 'no data of this rollout has come in' };
    const ageMs = nowMs - newestDataMs;
    if (ageMs > FRESH_WITHIN_MS)
      return { sentence: `the newest data is ${Math.round(ageMs / 1000)} seconds old` };
  }
  const broken = seen.guards.find(({ verdict }) => verdict === 'error');
  return broken === undefined
    ? undefined
    : { guard: broken.id, sentence: `guard '${broken.id}': ${broken.reason}` };
}

/** Why the evidence does not let the rollout leave its stage. Silence of a guard is none. */
export function whyNotProven(question: EvidenceQuestion): Unproven | undefined {
  const { plan, stage, seen } = question;
  const unhealthy = whyNotHealthy(question);
  if (unhealthy !== undefined) return unhealthy;
  const readings = new Map(seen.guards.map((reading) => [reading.id, reading]));
  for (const { id } of guardsAsked(plan, stage)) {
    const reading = readings.get(id);
    if (reading === undefined) return { guard: id, sentence: `guard '${id}' has said nothing` };
    if (reading.verdict !== 'pass')
      return { guard: id, sentence: `guard '${id}': ${reading.reason}`, ...figuresOf(reading) };
  }
  const prove = plan.stages[stage]?.prove;
  return prove === undefined ? undefined : whyUnproven(readings.get(prove.guard), prove);
}

/** A proof of a weaker claim was made for another stage. */
function whyUnproven(
  reading: GuardReading | undefined,
  { guard, ratioBelow }: { readonly guard: string; readonly ratioBelow: number },
): Unproven | undefined {
  const proof = reading?.evidence?.proof;
  if (proof?.isProven && proof.ratioBelow <= ratioBelow) return undefined;
  const sentence = `guard '${guard}' has not proved a ratio below ${ratioBelow}`;
  return { guard, sentence, ...(reading === undefined ? {} : figuresOf(reading)) };
}

function figuresOf({ evidence }: GuardReading): Pick<Unproven, 'done' | 'needed'> {
  const proof = evidence?.proof;
  return proof === undefined ? {} : { done: Math.max(0, proof.logEvidence), needed: proof.provedAt };
}
