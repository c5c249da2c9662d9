import { measureInstanceClustering } from '../clustering.js';
import type { ArmCounts } from '../error-window.js';
import { judgeWave, type WaveDecision } from '../judge-wave.js';
import type { WaveCounts, WaveInstance, WaveWindow } from '../wave-health.js';
import type { Random } from './random.js';

/** A fleet that takes a new ruleset in waves and reports every ten seconds. Source: reference note, A4.2. */
export interface Fleet {
  readonly instances: number;
  readonly callsPerSecond: number;
  /** Share of calls that fail on the stable ruleset, and on the new one. */
  readonly from: number;
  readonly to: number;
  readonly holdMs: number;
  /** How unlike the instances are: the standard deviation of the logarithm of their rates; 0: alike. */
  readonly unlike?: number;
  /** How the clustering over instances is taken: as the product does, as for subjects, or not at all. */
  readonly clustering?: 'instances' | 'subjects' | 'none';
}

export interface FleetEnd {
  readonly end: 'rolled-back' | 'everywhere' | 'waiting';
  /** Largest share of the fleet that served the new ruleset. */
  readonly reached: number;
  readonly elapsedMs: number;
  readonly last: WaveDecision;
}

const FLUSH_MS = 10_000;
const SHARES: readonly number[] = [0.01, 0.1, 0.5];
const LONGEST_MS = 40 * 60_000;

interface Host {
  readonly factor: number;
  calls: number;
  failed: number;
}

/** Lives through one change, with the judge of waves at each flush. */
export function runWaves(fleet: Fleet, random: Random): FleetEnd {
  const factors = Array.from({ length: fleet.instances }, () =>
    Math.exp((fleet.unlike ?? 0) * random.normal()),
  );
  const windows: WaveWindow[] = [];
  let step = 0;
  let sinceMs = 0;
  // What a host counted with the stable ruleset and with the new one are two hosts, or growth would look like clusters.
  const stable = factors.map(toHost);
  const adopted = factors.map(toHost);
  for (let nowMs = FLUSH_MS; ; nowMs += FLUSH_MS) {
    const reached = SHARES[step] as number;
    const inWave = Math.max(1, Math.round(reached * fleet.instances));
    windows.push(
      liveFlush(
        fleet,
        { candidate: adopted.slice(0, inWave), control: stable.slice(inWave) },
        { nowMs, random },
      ),
    );
    const last = judgeWave({
      candidate: answering(0, inWave, nowMs),
      control: answering(inWave, fleet.instances, nowMs),
      isFleetKnown: true,
      windows,
      sinceMs,
      holdMs: fleet.holdMs,
      nowMs,
    });
    if (last.decision === 'roll-back') return { end: 'rolled-back', reached, elapsedMs: nowMs, last };
    if (last.decision === 'advance') {
      step += 1;
      sinceMs = nowMs;
      if (step === SHARES.length) return { end: 'everywhere', reached: 1, elapsedMs: nowMs, last };
    }
    if (nowMs >= LONGEST_MS) return { end: 'waiting', reached, elapsedMs: nowMs, last };
  }
}

interface Hosts {
  readonly candidate: readonly Host[];
  readonly control: readonly Host[];
}

function liveFlush(
  fleet: Fleet,
  hosts: Hosts,
  at: { readonly nowMs: number; readonly random: Random },
): WaveWindow {
  const candidate = liveArm(fleet, hosts.candidate, { rate: fleet.to, random: at.random });
  const control = liveArm(fleet, hosts.control, { rate: fleet.from, random: at.random });
  const phi = clusteringOf(fleet, hosts);
  return {
    startMs: at.nowMs - FLUSH_MS,
    endMs: at.nowMs,
    stratum: 'all',
    candidate,
    control,
    ...(phi === undefined ? {} : { phi: { failedCalls: phi } }),
  };
}

function liveArm(
  fleet: Fleet,
  hosts: readonly Host[],
  { rate, random }: { readonly rate: number; readonly random: Random },
): WaveCounts {
  const calls = fleet.callsPerSecond * (FLUSH_MS / 1000);
  let failedCalls = 0;
  for (const host of hosts) {
    const failed = random.binomial(calls, Math.min(1, rate * host.factor));
    host.calls += calls;
    host.failed += failed;
    failedCalls += failed;
  }
  const total = calls * hosts.length;
  return { evaluations: total, evaluationErrors: 0, defaultsServed: 0, calls: total, failedCalls };
}

function clusteringOf(fleet: Fleet, hosts: Hosts): number | undefined {
  const candidate = hosts.candidate.map(toCounts);
  const control = hosts.control.map(toCounts);
  if (fleet.clustering === 'none') return 1;
  if (fleet.clustering !== 'subjects') return measureInstanceClustering({ candidate, control });
  const all = [...candidate, ...control];
  const errors = all.reduce((sum, host) => sum + host.errors, 0);
  return errors === 0 ? undefined : all.reduce((sum, host) => sum + host.errors ** 2, 0) / errors;
}

function toHost(factor: number): Host {
  return { factor, calls: 0, failed: 0 };
}

function toCounts({ calls, failed }: Host): ArmCounts {
  return { exposures: calls, errors: failed };
}

function answering(from: number, to: number, nowMs: number): readonly WaveInstance[] {
  return Array.from({ length: to - from }, (_, index) => ({
    instanceId: `i-${from + index}`,
    applied: 'ok',
    lastReportMs: nowMs,
    restarts: 0,
  }));
}
