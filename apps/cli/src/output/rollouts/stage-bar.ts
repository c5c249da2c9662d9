import type {
  RolloutDocument,
  RolloutPhaseName,
  RolloutStageDocument,
  RolloutSummary,
} from '@guidon/protocol';
import { type Paint, printable } from '../paint.js';

export type DrawnStage = Pick<RolloutStageDocument, 'id' | 'audience' | 'percent' | 'state'>;

/** How the current stage is marked: it goes on, somebody is waited for, or it was taken back. */
const CURRENT: Readonly<Record<RolloutPhaseName, string>> = {
  scheduled: '·',
  running: '▶',
  'awaiting-approval': '?',
  paused: '‖',
  'rolling-back': '✘',
  'rolled-back': '✘',
  completed: '✔',
  cancelled: '✘',
};

/** `staff ✔ 1 % ▶ 5 % · 25 % · 100 %`: each stage with its mark. */
export function stageBar(stages: readonly DrawnStage[], phase: RolloutPhaseName, paint: Paint): string {
  const parts = stages.map((stage) => {
    const { mark, colour } = markOf(stage, phase, paint);
    return colour(`${stageLabel(stage)} ${mark}`);
  });
  const last = stages.at(-1);
  if (last !== undefined && markOf(last, phase, paint).mark === '·')
    parts[parts.length - 1] = paint.dim(stageLabel(last));
  return parts.join(' ');
}

/** The stages of a rollout; of one that went back, with how far it had come, which only the log has. */
export function stagesOf({ plan, phase, timeline }: RolloutDocument): readonly RolloutStageDocument[] {
  const { stages } = plan;
  if (phase !== 'rolling-back' && phase !== 'rolled-back') return stages;
  const turned = timeline.find(({ to, from }) => to.phase === 'rolling-back' && from?.stageId !== undefined);
  const last = stages.findIndex(({ id }) => id === turned?.from?.stageId);
  if (last < 0) return stages;
  return stages.map((stage, index) => ({
    ...stage,
    state: index < last ? 'done' : index === last ? 'current' : 'ahead',
  }));
}

/** What a stage is called: an audience by its id, everyone by the percent. */
export function stageLabel({
  id,
  audience,
  percent,
}: Pick<DrawnStage, 'id' | 'audience' | 'percent'>): string {
  if (audience === undefined) return percent === undefined ? printable(id) : `${percent} %`;
  return percent === undefined ? printable(id) : `${printable(id)} ${percent} %`;
}

export function markOf(
  { state }: Pick<DrawnStage, 'state'>,
  phase: RolloutPhaseName,
  paint: Paint,
): { readonly mark: string; readonly colour: (text: string) => string } {
  if (state === 'done' || (state === 'current' && phase === 'completed'))
    return { mark: '✔', colour: paint.green };
  if (state === 'ahead') return { mark: '·', colour: paint.dim };
  const mark = CURRENT[phase];
  const isBack = mark === '✘';
  return { mark, colour: isBack ? paint.red : mark === '▶' ? paint.bold : paint.yellow };
}

/** The stages of a summary; without their names only marks can be drawn. */
export function summaryBar(summary: RolloutSummary, paint: Paint): string {
  const { stage, stageCount, phase, stages } = summary;
  const stateOf = (index: number): DrawnStage['state'] =>
    index < stage ? 'done' : index === stage ? 'current' : 'ahead';
  if (stages !== undefined)
    return stageBar(
      stages.map((each, index) => ({ ...each, state: stateOf(index) })),
      phase,
      paint,
    );
  const marks = Array.from({ length: stageCount }, (_, index) => {
    const { mark, colour } = markOf({ state: stateOf(index) }, phase, paint);
    return colour(mark);
  });
  return `${marks.join('')}${summary.stageId === undefined ? '' : ` ${printable(summary.stageId)}`}`;
}
