import type { Condition } from './condition.js';

export interface Stage {
  readonly id: string;
  readonly holdMs: number;
  readonly audience?: Condition;
  /** Parts of 100,000; absent: all of the audience. */
  readonly parts?: number;
  readonly approval?: string;
  readonly prove?: { readonly guard: string; readonly ratioBelow: number; readonly withinMs: number };
}

export interface Guard {
  readonly id: string;
  readonly type: string;
  readonly outcome: string;
  readonly onAlarm: 'rollback' | 'pause';
}

export interface Plan {
  readonly stages: readonly Stage[];
  readonly guards: readonly Guard[];
  /** Parts of 100,000 at the top of the bucket range. */
  readonly holdoutParts: number;
  readonly noData?: { readonly afterMs: number; readonly action: 'pause' | 'rollback' };
  readonly windows: readonly string[];
  readonly deadlineMs?: number;
}
