import type { Path } from '../load/problem.js';
import type { RawTestFile } from '../schema/test-schema.js';
import { spliceProved } from './edit-flag.js';
import { type EditResult, refuse } from './flag-edit.js';
import { readSource } from './source.js';
import type { Step } from './step.js';

/**
 * What a test file has to say after an edit of its flag. `cases`: which of them, by position; `all` after a kill, where
 * nothing but `safe` can be expected. `withoutStage`: the rollout that the stages belonged to is gone.
 */
export interface TestsEdit {
  readonly cases: readonly number[] | 'all';
  readonly environments: readonly string[] | 'all';
  readonly variant: string;
  readonly withoutStage?: boolean;
}

/** A test file whose cases expect another variant; a rule that was expected by name goes with the old one. */
export function editTests(text: string, edit: TestsEdit): EditResult {
  const source = readSource(text, 'test');
  if ('why' in source) return refuse('unreadable', source.why);
  const { cases } = source.data as unknown as RawTestFile;
  const steps = cases.flatMap((one, index): Step[] => {
    if (edit.cases !== 'all' && !edit.cases.includes(index)) return [];
    const changes = Object.entries(one.expect).flatMap(([id, expected]) => {
      const isMeant = edit.environments === 'all' || edit.environments.includes(id);
      return isMeant ? expectSteps(['cases', index, 'expect', id], expected, edit.variant) : [];
    });
    const hasStage = edit.withoutStage === true && one.stage !== undefined;
    return hasStage ? [...changes, { op: 'remove', at: ['cases', index, 'stage'] }] : changes;
  });
  if (steps.length === 0)
    return refuse('nothing-to-change', `Every case expects "${edit.variant}" there already.`);
  return spliceProved({ text, kind: 'test', mayLose: edit.withoutStage === true }, steps);
}

function expectSteps(
  at: Path,
  expected: RawTestFile['cases'][number]['expect'][string],
  variant: string,
): Step[] {
  if (typeof expected === 'string')
    return expected === variant ? [] : [{ op: 'replace', at, value: variant }];
  if (expected.rule === undefined)
    return expected.variant === variant ? [] : [{ op: 'replace', at: [...at, 'variant'], value: variant }];
  return [{ op: 'exchange', at, key: String(at.at(-1)), value: variant }];
}
