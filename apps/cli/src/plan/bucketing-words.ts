import {
  type Bucketing,
  type FlagEnvironment,
  type Outcome,
  type Rule,
  renamedRules,
} from '@guidon/engine/model';
import { listed, variant } from './figures.js';
import type { PlanLine } from './plan-document.js';

/** What is drawn differently: the unit, the salt or the algorithm, of everyone else and of each rule that both have. */
export function bucketingLines(
  before: FlagEnvironment | undefined,
  after: FlagEnvironment | undefined,
  safe: string,
): PlanLine[] {
  if (before === undefined || after === undefined) return [];
  const renamed = renamedRules(before, after);
  const rules = after.rules.flatMap((rule): PlanLine[] => {
    const old = before.rules.find(({ id }) => id === rule.id) ?? renamed.get(rule.id);
    const text = old && differenceWords(bucketingOf(old), bucketingOf(rule), 'goes on to the lines below');
    return text === undefined
      ? []
      : [{ kind: 'rule-bucketing', rule: rule.id, text: `Rule ${rule.id} draws ${text}` }];
  });
  const rest = differenceWords(drawnBy(before.rest), drawnBy(after.rest), `gets ${variant(safe)}`);
  return rest === undefined
    ? rules
    : [...rules, { kind: 'rest-bucketing', text: `The shares of everyone else are drawn ${rest}` }];
}

function bucketingOf(rule: Rule): Bucketing | undefined {
  return rule.share?.bucketing ?? drawnBy(rule.outcome);
}

function drawnBy(outcome: Outcome): Bucketing | undefined {
  return 'split' in outcome ? outcome.split.bucketing : undefined;
}

/** `by a instead of b and with the salt c instead of d.`; undefined where both draw alike. */
export function differenceWords(
  before: Bucketing | undefined,
  after: Bucketing | undefined,
  otherwise = '',
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const units = ({ by }: Bucketing) => listed(by, 'or');
  const [was, is] = [units(before), units(after)];
  const parts = [
    ...(was === is
      ? []
      : [`by ${is} instead of ${was}${otherwise === '' ? '' : ` (whoever has none ${otherwise})`}`]),
    ...(before.salt === after.salt ? [] : [`with ${saltWords(after)} instead of ${saltWords(before)}`]),
    ...(before.algorithm === after.algorithm
      ? []
      : [`by the algorithm ${after.algorithm} instead of ${before.algorithm}`]),
  ];
  return parts.length === 0 ? undefined : `${listed(parts, 'and')}.`;
}

function saltWords({ salt }: Bucketing): string {
  return salt === '' ? 'no salt' : `the salt ${salt}`;
}
