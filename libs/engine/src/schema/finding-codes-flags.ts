import { error, warning } from './finding-code-entry.js';

/** One flag: its fields, environments, percentages, rollouts, tests and moves. */
export const FLAG_CODES = {
  'field-for-type': error(
    'A field that this type of flag does not take',
    'Ops flags are reviewed, all others expire.',
    'Use review for ops, expires for release and experiment.',
  ),
  'mixed-variants': error(
    'Variants of different types',
    'An application asks for one type.',
    'Give all variants one type.',
  ),
  'boolean-variant': error(
    'A boolean "on" that is false, or "off" that is true',
    'Everyone who reads it would be deceived.',
    'Let on be true and off be false.',
  ),
  'text-booleans': error(
    'Text variants that look like true and false',
    'An application that tests the text for truth always gets true.',
    'Use a boolean flag, or other words.',
  ),
  'object-keys-differ': error(
    'Object variants with different keys or types',
    'An application would meet a missing field in one of them only.',
    'Give every variant the same keys with the same types.',
  ),
  'archived-shape': error(
    'A flag that is half archived',
    'An archived flag serves one variant everywhere, a live one has environments.',
    'Use archived, safe and serve together, and without environments.',
  ),
  'serve-or-split': error(
    'Not exactly one of serve and split',
    'What everyone else gets must be written, once.',
    'Write exactly one of serve and split.',
  ),
  'split-total': error(
    'A split that does not total 100',
    'Somebody would get nothing.',
    'Let the percentages total exactly 100.',
  ),
  'percent-decimals': error(
    'A percentage with more than three decimals',
    'Units are spread over 100,000 buckets.',
    'Round it to three decimals.',
  ),
  'imported-split': error(
    'A list of weights without an imported bucketing',
    'The order of a list matters only to imported algorithms.',
    'Write a map of percentages, or name the bucketing.',
  ),
  'unfit-percentage': error(
    'A percentage that the bucketing cannot represent',
    'Imported units would change sides.',
    'Choose weights within the range of the algorithm.',
  ),
  'same-salt': error(
    'A split with the salt of an earlier percentage',
    'Who falls through the first is not a fair sample for the second.',
    'Give the split a salt of its own.',
  ),
  'useless-bucketing': error(
    'by, salt or bucketing where nothing is decided by percentage',
    'A percentage was perhaps lost here.',
    'Remove it, or add the percentage.',
  ),
  'unused-bucketing': warning(
    'by, salt or bucketing of a flag that decides nothing by percentage',
    'It has no effect as long as no rule, rollout or split uses it.',
    'Remove it, or keep it for a rollout to come.',
  ),
  'requirement-never-holds': error(
    'A requirement that can never hold here',
    'The environment would serve safe whatever else it says.',
    'Serve safe in this environment, or correct the requirement.',
  ),
  'new-flag-live': error(
    'A new flag that is live in a protected environment',
    'A flag must not be on by accident.',
    'Serve safe there and roll it out, or waive with a reason.',
  ),
  'percent-jump': error(
    'A percentage that jumps in a protected environment',
    'Large steps reach many people before anybody can see the effect.',
    'Use a rollout, smaller steps, or waive with a reason.',
  ),
  'config-shaped': error(
    'A variant that looks like configuration',
    'Settings belong in configuration, where types, secrets and history are handled.',
    'Keep the setting in configuration and let the flag choose, or waive with a reason.',
  ),
  'entitlement-shaped': error(
    'A rule that looks like an entitlement',
    'What a customer paid for must not depend on a flag that is removed one day.',
    'Ask the system that knows the contract, or waive with a reason.',
  ),
  'rollout-running': error(
    'A change to a rollout that is running',
    'Units would change sides while it is measured.',
    'Take the rollout out, or wait until it is done.',
  ),
  'test-failed': error(
    'A test case of the flag fails',
    'The flag does not do what its file promises.',
    'Mend the flag or the expectation.',
  ),
  'test-context': error(
    'A context that the project does not allow',
    'The case would test what no application sends.',
    'Use declared attributes with values of their type.',
  ),
  'test-refused': error(
    'The tests of a changed flag cannot be read',
    'The change would go live untested.',
    'Mend the test file.',
  ),
  'dry-evaluation': error(
    'The flag cannot be evaluated',
    'It would answer with an error.',
    'Simplify the flag; please report it with the file.',
  ),
  'waiver-unused': warning(
    'A waiver that silences nothing',
    'It would silence a real finding later.',
    'Remove the waiver.',
  ),
  'flag-expired': {
    ...warning(
      'A flag whose date has passed',
      'It should be cleaned up or get a new date.',
      'Archive it, or set a new date on purpose.',
    ),
    timeCaused: true,
  },
  'review-overdue': {
    ...warning(
      'An ops flag whose review is overdue',
      'Nobody has looked whether it still works.',
      'Review it and set the next date.',
    ),
    timeCaused: true,
  },
  'expires-far': warning(
    'A flag that lives longer than the project allows',
    'Flags that never die cost more every month.',
    'Choose an earlier date.',
  ),
  'rollout-without-effect': warning(
    'A rollout to what everyone gets already',
    'It would change nothing.',
    'Let the last line serve what is served today.',
  ),
  'rollout-untested': warning(
    'A rollout of which no test case sees the safe state',
    'Every alarm, kill and rollback leads back to it, so it must be known to be right.',
    'Write a case in the test file of the flag that expects the safe variant in this environment.',
  ),
} as const;
