import type { Paint } from './paint.js';

/** What a description needs to know beside its document. */
export interface View {
  readonly nowMs: number;
  readonly paint: Paint;
  /** How `guidon` was called. */
  readonly command: string;
}
