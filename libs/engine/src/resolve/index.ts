export { overlayPositions, type PositionlessContent } from './overlay-positions.js';
export { outcomesOf, resolve, segmentsIn } from './resolve.js';
export { type ChangeOptions, type ResolvedChange, resolveChange } from './resolve-change.js';
