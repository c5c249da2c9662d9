import type { RolloutDocument } from '@guidon/protocol';
import { printable } from '../paint.js';

type Asked = Pick<
  RolloutDocument,
  'flag' | 'environment' | 'phase' | 'killed' | 'waitingFor' | 'alarm' | 'offered' | 'file'
>;

/** What a person may do now: sentences, and below them lines to be pasted. */
export function nextStep(rollout: Asked, command: string): string[] {
  const { phase, alarm } = rollout;
  const act = (name: string, more = '') =>
    `  ${command} rollouts ${name} ${printable(rollout.flag)} --env ${printable(rollout.environment)}${more} --reason "…"`;
  if (rollout.killed)
    return [
      'The flag is switched off. Once it is mended, revive it, then resume the rollout:',
      `  ${command} status`,
      `  ${command} revive <id> --reason "…"`,
      act('resume'),
    ];
  if (phase === 'completed')
    return [
      'Everybody has it. Merge the proposal in Git, which serves it without a rollout:',
      `  ${command} status`,
    ];
  if (phase === 'rolled-back')
    return [
      'Everybody has what they had before. Once the cause is mended, begin anew:',
      ...(alarm === undefined ? [] : [act('acknowledge')]),
      act('restart'),
    ];
  if (phase === 'cancelled') return ['It never began. Begin it after all:', act('restart')];
  if (phase === 'rolling-back') return ['Nothing to do: everybody gets back what they had before.'];
  if (alarm !== undefined)
    return [
      `The alarm of ${printable(alarm.guard)} stays until a person has looked at it. Go back, or take it on:`,
      act('rollback'),
      act('acknowledge'),
      act('resume'),
    ];
  if (phase === 'paused') return whenPaused(rollout, act);
  return whileLive(rollout, act);
}

type Line = (name: string, more?: string) => string;

function whenPaused({ offered }: Asked, act: Line): string[] {
  if (offered === undefined) return ['Go on, or go back:', act('resume'), act('rollback')];
  return [
    'The flag file has another plan, which is not only safer:',
    ...offered.reasons.map((reason) => `  - ${printable(reason)}`),
    'Take it up, or go on with the plan that it began with, or go back:',
    act('resume', ` --plan ${offered.hash.slice(0, 12)}`),
    act('resume'),
    act('rollback'),
  ];
}

function whileLive({ phase, waitingFor, file }: Asked, act: Line): string[] {
  if (waitingFor.kind === 'approval') {
    const { team, stage } = waitingFor;
    const authors = file.authors.length === 0 ? '' : ` (not ${printable(file.authors.join(', '))})`;
    return [
      `Somebody of ${printable(team)} who did not write the change${authors} lets it into ${printable(stage)}:`,
      act('approve', ` --stage ${printable(stage)}`),
    ];
  }
  if (phase === 'scheduled') return ['It begins by itself. To call it off:', act('cancel')];
  const stop = ['It goes on by itself. To stop it, or to go back at once:', act('pause'), act('rollback')];
  return waitingFor.kind === 'hold' || waitingFor.kind === 'window'
    ? [...stop, 'To cut the wait short by one stage:', act('advance')]
    : stop;
}
