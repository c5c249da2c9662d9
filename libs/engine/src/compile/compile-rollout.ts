import type { Evaluation, RulesetRollout } from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';
import type { Arm } from './answers.js';
import { unitReader } from './attribute.js';
import { certainVariant } from './certain-variant.js';
import { compileCondition } from './condition.js';
import { below, draw, firstOfEach, rangesOf } from './draw.js';
import type { FlagParts } from './flag-parts.js';
import type { Program, Step, Test } from './program.js';

/** One audience that was reached, made ready. */
interface Entrance {
  /** Absent: everyone. */
  readonly matches: Test | undefined;
  readonly enter: Step;
}

/**
 * A subject is in as soon as one reached audience takes it, whatever the order of these.
 *
 * The answer also tells on which side of the comparison its subject is. Whom an audience lets in as a whole is on none, since
 * chance had no part in it; so it is with whom no reached audience matches, and with who has no unit. Of all others those that
 * are taken are the treatment, and the rest, hold-out included, is the control.
 *
 * @param everyoneElse what the flag answers to those who are not taken, in an arm or in none.
 */
export function compileRollout(
  rollout: RulesetRollout,
  parts: FlagParts,
  everyoneElse: (arm: Arm) => Program | Evaluation,
): Step[] {
  const whole: Entrance[] = [];
  const drawn: Entrance[] = [];
  for (const entry of rollout.reached) {
    const isWhole = entry.audience !== undefined && entry.parts >= TOTAL_PARTS;
    (isWhole ? whole : drawn).push(entranceOf(rollout, entry, parts));
  }
  const steps = whole.map(({ matches, enter }): Step => {
    const isIn = matches as Test;
    return (x, t, s) => (isIn(x, t, s) ? enter(x, t, s) : undefined);
  });
  if (drawn.length > 0) steps.push(inArms(drawn, unitReader(rollout.unit), everyoneElse('control')));
  return steps;
}

function inArms(
  entrances: readonly Entrance[],
  readUnit: ReturnType<typeof unitReader>,
  control: Program | Evaluation,
): Step {
  const leave: Program = typeof control === 'function' ? control : () => control;
  const [first] = entrances;
  if (first !== undefined && first.matches === undefined && entrances.length === 1) {
    const { enter } = first;
    return (x, t, s) => enter(x, t, s) ?? (readUnit(x) === undefined ? undefined : leave(x, t, s));
  }
  return (x, t, s) => {
    let isMatched = false;
    for (const { matches, enter } of entrances) {
      if (matches !== undefined && !matches(x, t, s)) continue;
      isMatched = true;
      const answer = enter(x, t, s);
      if (answer !== undefined) return answer;
    }
    return isMatched && readUnit(x) !== undefined ? leave(x, t, s) : undefined;
  };
}

function entranceOf(
  rollout: RulesetRollout,
  { audience, parts: reached }: RulesetRollout['reached'][number],
  parts: FlagParts,
): Entrance {
  const { to, unit, salt, algorithm, holdoutParts } = rollout;
  const everyone = reached >= TOTAL_PARTS;
  const arm = everyone && audience !== undefined ? undefined : 'treatment';
  const answerOf = (variant: string) => parts.answers.answer(variant, 'SPLIT', {}, arm);
  const total = 'split' in to ? to.split.total : TOTAL_PARTS;
  const all =
    'split' in to ? rangesOf(to.split, answerOf) : [{ from: 0, to: TOTAL_PARTS, answer: answerOf(to.serve) }];
  const certain = certainVariant(to);
  // Who has no unit takes part in no draw, so that one is in no arm.
  const unitless = certain === undefined ? undefined : parts.answers.answer(certain, 'SPLIT');
  const heldOut = total - Math.ceil((total * holdoutParts) / TOTAL_PARTS);
  // The hold-out binds percents, not audiences that are let in as a whole.
  const free = everyone && (audience !== undefined || holdoutParts === 0);
  const taken = free ? all : below(firstOfEach(all, reached), heldOut);
  const bucketing = { by: unit, salt, algorithm };
  const enter: Step =
    arm === undefined && unitless !== undefined
      ? () => unitless
      : draw(taken, total, { bucketing, unitless: everyone ? unitless : undefined });
  return { matches: audience === undefined ? undefined : compileCondition(audience, parts.segment), enter };
}
