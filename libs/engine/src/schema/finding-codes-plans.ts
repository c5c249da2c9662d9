import { error, warning } from './finding-code-entry.js';

/** Rollout plans: their guards, their time, and what protected environments ask of them. */
export const PLAN_CODES = {
  'guard-shape': error(
    'A guard with fields that do not fit its type',
    'What it watches, or when it is an alarm, would be a guess.',
    'Give it the fields of its type: ratio, latency and ceiling take an outcome, prometheus a query.',
  ),
  'window-empty': error(
    'A window in which there is no time',
    'The rollout would wait in it for ever.',
    'Let the window begin before it ends, within one day; 24:00 is the last end.',
  ),
  'deadline-short': error(
    'A deadline before the holds are over',
    'The rollout would be stopped before it could be done.',
    'Give it a later deadline, or shorter holds.',
  ),
  'proof-unattainable': error(
    'A proof that nothing can give',
    'The stage would never be left.',
    'Name a guard of type ratio or latency, and a ratioBelow above 1.',
  ),
  'proof-without-control': warning(
    'A proof in a stage in which nobody is left to compare with',
    'A stage that takes all of its audience tells nothing about the new variant, so the proof would have to come from stages before.',
    'Move the proof to a stage with a percentage, or hold some units out.',
  ),
  'stage-without-control': warning(
    'A stage for everyone in which no guard can see anything',
    'Ratio and latency guards compare, and there nobody is left to compare with.',
    'Add a holdout, a ceiling guard, or an approval.',
  ),
  'first-stage-large': error(
    'A first stage that takes more than 5 percent of everyone where it is protected',
    'What is broken for everybody should be seen by few.',
    'Let the first stage for everyone take 5 percent or less.',
  ),
  'stage-unguarded': error(
    'A stage above 5 percent that nothing and nobody watches where it is protected',
    'The rollout would go on whatever it does.',
    'Add a guard of type ratio or latency, or an approval to the stage.',
  ),
  'hold-short': error(
    'A hold that is shorter than failures take to be seen where it is protected',
    'Failures that come after minutes would meet the next stage, too.',
    'Hold each stage for everyone 15 minutes or longer.',
  ),
  'plan-not-safer': error(
    'An edit that makes the plan of a running rollout less safe',
    'What was agreed to and measured was another plan.',
    'Keep to lower percents, longer holds, more guards and approvals; or take the rollout out, which rolls it back, and begin anew with the other plan.',
  ),
  'no-time-to-grow': {
    ...warning(
      'A rollout that cannot be done in time',
      'Windows and freezes leave it no moment to grow, or too few before its deadline.',
      'Widen the windows, let it start later, or give it a later deadline.',
    ),
    timeCaused: true,
  },
} as const;
