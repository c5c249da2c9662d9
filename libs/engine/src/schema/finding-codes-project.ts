import { error, warning } from './finding-code-entry.js';

/** Names across files, conditions, segments, plans. */
export const PROJECT_CODES = {
  'project-missing': error(
    'There is no usable guidon.yaml',
    'Nothing can be checked without the declarations in it.',
    'Add guidon.yaml at the top of the flags folder.',
  ),
  'unknown-team': error(
    'A team that is not declared',
    'Nobody would own it.',
    'Declare the team in guidon.yaml or correct the name.',
  ),
  'unknown-tag': error(
    'A tag that is not declared',
    'A red button for the tag would miss it.',
    'Declare the tag in guidon.yaml or correct the name.',
  ),
  'unknown-segment': error(
    'A segment that does not exist',
    'The condition would never hold.',
    'Add the segment or correct the name.',
  ),
  'unknown-flag': error(
    'A flag that does not exist',
    'What it serves cannot be known.',
    'Add the flag or correct the key.',
  ),
  'unknown-plan': error(
    'A plan that is not declared',
    'A rollout without a plan has no stages.',
    'Declare the plan in guidon.yaml or correct the name.',
  ),
  'unknown-guard': error(
    'A guard that the plan does not have',
    'The stage could never be proved.',
    'Declare the guard in the plan or correct its id.',
  ),
  'unknown-variant': error(
    'A variant that the flag does not have',
    'It cannot be served.',
    'Declare the variant or correct the name.',
  ),
  'unknown-environment': error(
    'An environment that is not declared',
    'It would be served nowhere.',
    'Declare the environment in guidon.yaml or correct the name.',
  ),
  'unknown-attribute': error(
    'An attribute that is not declared',
    'A typo would make the condition false for everyone.',
    'Declare the attribute in guidon.yaml or correct the name.',
  ),
  'unknown-stage': error(
    'A stage that the plan does not have',
    'The case would test nothing.',
    'Use the id of a stage, or "done".',
  ),
  'unknown-rule': error(
    'A rule that the environment does not have',
    'The case could never pass.',
    'Correct the id of the rule.',
  ),
  'archived-reference': error(
    'A reference to an archived flag',
    'An archived flag may be deleted at any time.',
    'Remove the requirement: the flag serves one variant for good.',
  ),
  cycle: error(
    'Flags or segments that depend on each other in a circle',
    'What they serve would have no beginning.',
    'Break the circle at one of them.',
  ),
  'near-reserved-word': error(
    'A name too close to a reserved word of conditions',
    'A typo in the reserved word would be taken for the attribute.',
    'Choose a name at least three edits away from all, any, not, segment, flag and attribute.',
  ),
  'built-in-name': error(
    'A built-in name is declared again',
    'The attributes targetingKey and now always exist.',
    'Remove the declaration.',
  ),
  'wrong-operator': error(
    'An operator that the attribute type does not have',
    'It would never hold.',
    'Use an operator of the type.',
  ),
  'wrong-value': error(
    'A value that the attribute cannot have',
    'The comparison would never hold.',
    'Write a value of the declared type.',
  ),
  'bad-pattern': error(
    'A pattern that the linear-time engine refuses',
    'Look-around and back-references can take for ever.',
    'Write it without them, or use startsWith, endsWith, contains.',
  ),
  'not-one-condition': error(
    '"not" holds more than one condition',
    'Whether all or any of them must fail is a guess.',
    'Write not: { all: [...] } or not: { any: [...] }.',
  ),
  'flag-in-segment': error(
    'A segment that asks for a flag',
    'A segment says who somebody is, not what they are served.',
    'Move the condition into the flag.',
  ),
  'condition-too-deep': error(
    'Conditions nested beyond the limit',
    'Nobody can review them.',
    'Split them into segments.',
  ),
  'too-many': error(
    'More entries than the limit allows',
    'The limit keeps every evaluation quick.',
    'Split the file or use a segment.',
  ),
  'repeated-id': error(
    'An id that occurs twice',
    'Tests, approvals and logs name things by id.',
    'Give each its own id.',
  ),
  'wrong-order': error(
    'Two values in the wrong order',
    'The later one must come after the earlier.',
    'Swap or correct them.',
  ),
  'stage-shape': error(
    'A stage with neither audience nor percent',
    'It would change nothing.',
    'Say who is taken in: audience, percent or both.',
  ),
  'stage-percent': error(
    'Percentages that do not grow',
    'Somebody who was in would fall out.',
    'Let the percentages of one audience strictly grow.',
  ),
  'last-stage': error(
    'The last stage does not take in everyone',
    'The rollout could never be finished.',
    'End with percent: 100 and no audience.',
  ),
  'time-zone-missing': error(
    'Windows without a time zone',
    'Their hours would be a guess.',
    'Add timezone to guidon.yaml.',
  ),
  'access-shape': error(
    'An access entry without one holder',
    'It must be clear who gets the role.',
    'Name exactly one of team, person and group.',
  ),
  'test-name-repeated': error(
    'Two test cases with one name',
    'A failure could not be told from the other.',
    'Give each its own name.',
  ),
  'team-budget': {
    ...warning(
      'A team with more flags than its budget',
      'Flags that pile up are never cleaned up.',
      'Archive some.',
    ),
    timeCaused: true,
  },
  'no-waves': warning(
    'A protected environment without waves',
    'Every change reaches all instances in one second.',
    'Add waves to the environment.',
  ),
  'repeated-value': warning(
    'A value that occurs twice in a list',
    'One of them was perhaps meant to be another.',
    'Remove or correct it.',
  ),
} as const;
