/** Body of `GET /api/v1/waves`. */
export interface WavesDocument {
  readonly waves: readonly WaveDocument[];
}

/** One running wave, and how it is judged now. */
export interface WaveDocument {
  readonly id: string;
  readonly environment: string;
  readonly candidate: WaveRuleset;
  readonly stable: WaveRuleset;
  /** Index into `stages`. */
  readonly stage: number;
  readonly stages: readonly { readonly percent: number; readonly holdMs: number }[];
  readonly startedAt: string;
  readonly stageSince: string;
  /** Instances that are to have the candidate, how many of them use it, and instances that keep what is stable. */
  readonly members: { readonly candidate: number; readonly adopted: number; readonly control: number };
  /** What the server makes of it now; the verdicts it rests on are those of the signals. */
  readonly decision: 'hold' | 'advance' | 'roll-back';
  /** Why, for machines: `holding`, `no-data`, `worse` and so on. */
  readonly cause: string;
  /** Why, in one sentence. */
  readonly reason: string;
  readonly evidence: WaveEvidence;
}

export interface WaveRuleset {
  readonly generation: number;
  readonly hash: string;
  /** Commit id. */
  readonly revision: string;
}

/** What a judgement rests on; also kept in the audit entry of a move. */
export interface WaveEvidence {
  /** Instances that the reason is about; at most twenty by name. */
  readonly instances: readonly string[];
  readonly signals: { readonly [signal: string]: SignalEvidenceDocument };
}

export interface SignalEvidenceDocument {
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error';
  readonly cause: string;
  readonly reason: string;
  readonly candidate: { readonly exposures: number; readonly errors: number };
  readonly control: { readonly exposures: number; readonly errors: number };
  /** Natural logarithm of the evidence of harm; the alarm is at `alarmAt`. */
  readonly harm: number;
  readonly alarmAt: number;
  /** What the evidence is divided by because errors come in clusters. */
  readonly phi: number;
}

/** Answer of `POST /api/v1/waves/{id}/advance` and `…/roll-back`. */
export interface WaveMoveDocument {
  readonly id: string;
  readonly environment: string;
  readonly moved: 'advance' | 'finish' | 'roll-back';
  /** The stage that the wave is in now, where it goes on. */
  readonly stage?: number;
}
