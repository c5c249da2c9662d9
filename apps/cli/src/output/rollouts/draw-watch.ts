import type { RolloutDocument, RolloutEventDocument } from '@guidon/protocol';
import type { Screen } from '../../io.js';
import { cutLine, wrapText } from '../fit-lines.js';
import { type DrawOptions, headLines } from './draw-rollout.js';
import { eventLine } from './event-line.js';
import { guardLines } from './guard-lines.js';

export interface WatchFrame {
  readonly rollout: RolloutDocument;
  /** The newest last. */
  readonly events: readonly RolloutEventDocument[];
  /** Why what is drawn is old. */
  readonly trouble?: string | undefined;
}

/** So many transitions are kept in sight. */
const EVENTS_SHOWN = 6;

/** One picture of `watch`: never wider nor higher than the terminal, since what scrolls away cannot be drawn anew. */
export function drawWatch(
  { rollout, events, trouble }: WatchFrame,
  { rows, ...options }: DrawOptions & Pick<Screen, 'rows'>,
): string[] {
  const { paint, nowMs, columns } = options;
  const shown = events
    .slice(-EVENTS_SHOWN)
    .flatMap((event) => wrapText(eventLine(event, nowMs), columns, '  '));
  const lines = [
    ...headLines(rollout, options),
    ...(trouble === undefined ? [] : [paint.yellow(`  ${trouble}`)]),
    ...(rollout.guards.length === 0 ? [] : ['', ...guardLines(rollout, options)]),
    ...(shown.length === 0 ? [] : ['', ...shown.map(paint.dim)]),
  ];
  const fitting = lines.map((line) => cutLine(line, columns));
  return fitting.length < rows ? fitting : [...fitting.slice(0, Math.max(1, rows - 2)), paint.dim('…')];
}
