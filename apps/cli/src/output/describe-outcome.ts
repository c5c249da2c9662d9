import type { TestOutcome } from '@guidon/engine/load';
import type { Flag } from '@guidon/engine/model';

/** What was expected, what came, and what decided it: one line for a case that failed in one environment. */
export function describeOutcome({ environment, expected, answer, test }: TestOutcome, flag: Flag): string {
  const wanted =
    expected.rule === undefined ? expected.variant : `${expected.variant} by rule ${expected.rule}`;
  const stage = test.stage === undefined ? '' : ` at stage ${test.stage}`;
  const got = answer.variant ?? `no variant (${answer.errorCode ?? answer.reason})`;
  return `${environment}${stage}: expected ${wanted}, got ${got}, because ${whyOf({ environment, answer, test }, flag)}`;
}

/** Half a sentence that names the line of the flag that decided. */
function whyOf(
  { environment, answer, test }: Pick<TestOutcome, 'environment' | 'answer' | 'test'>,
  flag: Flag,
): string {
  const { reason, ruleId } = answer;
  const own = flag.environments.get(environment);
  if (ruleId !== undefined) {
    const share = reason === 'SPLIT' ? ', and its percentage or split takes this unit' : '';
    return `rule ${ruleId} is the first that matches${share}`;
  }
  if (flag.archived !== undefined) return `the flag is archived and serves ${flag.archived.serve} everywhere`;
  if (own === undefined) return `the flag does not list ${environment}, which then gets its safe variant`;
  if (reason === 'SPLIT')
    return own.rollout !== undefined && test.stage !== undefined && 'serve' in own.rest
      ? 'no rule takes it and the rollout does'
      : 'no rule takes it and the split draws this for the unit';
  if (reason === 'STATIC') return 'that is what the environment serves to everyone';
  const requires = flag.requires.length === 0 ? '' : ', or a flag that it requires does not hold';
  const rollout =
    own.rollout === undefined
      ? ''
      : test.stage === undefined
        ? ' (no stage given: the rollout has not begun)'
        : ' nor the rollout';
  return `no rule takes it${rollout}, so it is everyone else${requires}`;
}
