export { outcomesOf } from './outcomes-of.js';
export { overlayPositions, type PositionlessContent } from './overlay-positions.js';
export { resolve, segmentsIn } from './resolve.js';
export { type ChangeOptions, type ResolvedChange, resolveChange } from './resolve-change.js';
