import type { RolloutDocument, RolloutStageDocument } from '@guidon/protocol';
import { wrapText } from '../fit-lines.js';
import { age, inDuration, timeOfDay } from '../instants.js';
import { type Paint, printable } from '../paint.js';
import { eventLine, evidenceSentences } from './event-line.js';
import { guardLines } from './guard-lines.js';
import { nextStep } from './next-step.js';
import { progressBar } from './progress-bar.js';
import { markOf, stageBar, stageLabel, stagesOf } from './stage-bar.js';
import { hasEnded, phaseWords, waitingWords } from './waiting-words.js';

export interface DrawOptions {
  readonly nowMs: number;
  readonly paint: Paint;
  readonly command: string;
  readonly columns: number;
}

/** Everything about one rollout. */
export function drawRollout(rollout: RolloutDocument, options: DrawOptions): string[] {
  const { paint, command } = options;
  return [
    ...headLines(rollout, options),
    ...factLines(rollout, options),
    '',
    paint.bold('Stages'),
    ...stageLines(rollout, paint),
    ...sectionOfGuards(rollout, options),
    ...sectionOfEvents(rollout, options),
    '',
    paint.bold('What to do'),
    ...nextStep(rollout, command),
  ];
}

/** What it is, how far it is, and why it stands there. */
export function headLines(rollout: RolloutDocument, options: DrawOptions): string[] {
  const { paint, nowMs, columns } = options;
  const { flag, environment, to, since, reason, alarm, phase } = rollout;
  const long = age(since, nowMs);
  const colour = phase === 'rolled-back' || alarm !== undefined ? paint.red : paint.bold;
  return [
    `${paint.bold(printable(flag))} in ${printable(environment)} to ${printable(to)}: ${colour(phaseWords(rollout))} ${hasEnded(rollout) ? `${long} ago` : `for ${long}`}`,
    `  ${stageBar(stagesOf(rollout), phase, paint)}`,
    ...wrapText(printable(reason), columns, '  '),
    ...(alarm === undefined
      ? []
      : wrapText(
          `Alarm of ${printable(alarm.guard)}, ${timeOfDay(alarm.since, nowMs)}: ${printable(alarm.sentence)}`,
          columns,
          '  ',
        ).map(paint.red)),
    ...waitingLine(rollout, options),
  ];
}

function waitingLine(rollout: RolloutDocument, { paint, nowMs }: DrawOptions): string[] {
  if (hasEnded(rollout)) return [];
  const { words, fraction } = waitingWords(rollout.waitingFor, nowMs);
  if (words === '-') return [];
  return [
    fraction === undefined ? `  waits for ${words}` : `  ${paint.cyan(progressBar(fraction))}  ${words}`,
  ];
}

function factLines(
  { owner, run, plan, file, offered, propagation }: RolloutDocument,
  { paint }: DrawOptions,
) {
  const { name, hash, holdoutPercent, windows, deadlineMs } = plan;
  const parts = [
    `plan ${name === undefined ? 'of its own' : printable(name)} (${hash.slice(0, 12)})`,
    ...(holdoutPercent > 0 ? [`hold-out ${holdoutPercent} %`] : []),
    ...(windows.length > 0 ? [`grows ${printable(windows.join(', '))}`] : []),
    ...(deadlineMs === undefined ? [] : [`deadline ${inDuration(deadlineMs)}`]),
  ];
  const authors = file.authors.length === 0 ? '' : `, written by ${printable(file.authors.join(', '))}`;
  return [
    paint.dim(`  ${parts.join(', ')}`),
    paint.dim(`  owner ${printable(owner)}, run ${run}${authors}`),
    ...(file.path === undefined ? [] : [paint.dim(`  ${printable(file.path)} at ${file.blob.slice(0, 12)}`)]),
    ...(propagation.done
      ? []
      : [paint.yellow(`  Not everybody has it yet: ${printable(propagation.reason)}`)]),
    ...(offered === undefined ? [] : [paint.yellow('  The flag file offers another plan, see below.')]),
  ];
}

function stageLines(rollout: RolloutDocument, paint: Paint): string[] {
  const { phase } = rollout;
  const rows = stagesOf(rollout).map((stage) => ({ stage, whom: whomOf(stage) }));
  const widths = {
    id: Math.max(...rows.map(({ stage }) => printable(stage.id).length)),
    whom: Math.max(...rows.map(({ whom }) => whom.length)),
  };
  return rows.map(({ stage, whom }) => {
    const { mark, colour } = markOf(stage, phase, paint);
    const { id, holdMs, approval, prove } = stage;
    const terms = [
      `held ${inDuration(holdMs)}`,
      ...(approval === undefined ? [] : [`entered when ${printable(approval)} approves`]),
      ...(prove === undefined
        ? []
        : [
            `left when ${printable(prove.guard)} proves a ratio below ${prove.ratioBelow} within ${inDuration(prove.withinMs)}`,
          ]),
    ];
    return `  ${colour(`${mark} ${printable(id).padEnd(widths.id)}`)}  ${whom.padEnd(widths.whom)}  ${terms.join(', ')}`;
  });
}

function whomOf(stage: RolloutStageDocument): string {
  const { audience, percent } = stage;
  if (audience === undefined) return percent === undefined ? 'everyone' : stageLabel(stage);
  return `${percent === undefined ? '' : `${percent} % of `}${printable(audience)}`;
}

function sectionOfGuards(rollout: RolloutDocument, options: DrawOptions): string[] {
  const { guards, evidenceSince, newestData } = rollout;
  if (guards.length === 0) return [];
  const { nowMs, paint } = options;
  const newest = newestData === undefined ? 'no data yet' : `newest data ${age(newestData, nowMs)} old`;
  const since = `evidence since ${timeOfDay(evidenceSince, nowMs)}, ${newest}`;
  return ['', `${paint.bold('Guards')} (${since})`, ...guardLines(rollout, options)];
}

function sectionOfEvents({ timeline }: RolloutDocument, { nowMs, paint, columns }: DrawOptions): string[] {
  if (timeline.length === 0) return [];
  const lines = timeline.flatMap((event) => [
    ...wrapText(eventLine(event, nowMs), columns, '  '),
    ...evidenceSentences(event)
      .flatMap((said) => wrapText(said, columns, '      '))
      .map(paint.dim),
  ]);
  return ['', paint.bold('What happened, newest first'), ...lines];
}
