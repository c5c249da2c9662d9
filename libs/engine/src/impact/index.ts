export { affectedFlags, affectedSegments } from './affected-flags.js';
export { estimateMoves, type MovesEstimate } from './estimate-moves.js';
export { type MeasuredJump, measuredJumps } from './measured-jumps.js';
export type { Movement, Shares } from './moved-share.js';
export type { AffectedKeys, AnswerCount, Unknown } from './places.js';
export { type Passage, type Replay, replay } from './replay.js';
export { type Shift, shiftsBetween } from './shifts.js';
export { type Estimate, estimateShare } from './wilson.js';
