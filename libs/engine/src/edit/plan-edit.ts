import { instantMs } from '../load/attribute-values.js';
import { partsOf } from '../load/percentages.js';
import type { Path } from '../load/problem.js';
import type { Plain } from '../load/yaml-walk.js';
import type { RawEnvironment, RawFlag } from '../schema/flag-schema.js';
import { type FlagEdit, type Refusal, refuse } from './flag-edit.js';
import { planKill } from './plan-kill.js';
import { orphanSteps, planServe, restSteps, whyUnfit } from './plan-serve.js';
import type { Step } from './step.js';

/** What has to change in a file for an edit, or why it cannot be done. */
export function planEdit(raw: RawFlag, edit: FlagEdit): readonly Step[] | Refusal {
  switch (edit.kind) {
    case 'kill':
      return planKill(raw, edit);
    case 'serve':
      return planServe(raw, edit);
    case 'percent':
      return planPercent(raw, edit);
    case 'expires':
      return planExpires(raw, edit.date);
    case 'archive':
      return planArchive(raw, edit);
    case 'rollout-done':
      return planRolloutDone(raw, edit.environment);
    case 'rollout-out':
      return planRolloutOut(raw, edit.environment);
  }
}

function environmentOf(raw: RawFlag, id: string): RawEnvironment | undefined {
  const found = Object.entries(raw.environments ?? {}).find(([name]) => name === id)?.[1];
  return typeof found === 'object' ? found : undefined;
}

function planPercent(raw: RawFlag, edit: Extract<FlagEdit, { kind: 'percent' }>): readonly Step[] | Refusal {
  const { environment: id, percent } = edit;
  if (!(percent >= 0 && percent <= 100) || partsOf(percent) === undefined)
    return refuse('bad-value', `${percent} is no percentage of 0 to 100 with at most three decimals.`);
  const rules = environmentOf(raw, id)?.rules ?? [];
  const index = rules.findIndex((rule) => rule.id === edit.rule);
  const rule = rules[index];
  if (rule === undefined) return refuse('no-such', `"${id}" has no rule "${edit.rule}".`);
  if ((rule.percent ?? 100) === percent)
    return refuse('nothing-to-change', `The rule "${rule.id}" takes ${percent} percent already.`);
  const at: Path = ['environments', id, 'rules', index];
  if (rule.percent !== undefined) return [{ op: 'replace', at: [...at, 'percent'], value: percent }];
  return [{ op: 'add', into: at, key: 'percent', value: percent, after: 'when' }];
}

function planExpires(raw: RawFlag, date: string): readonly Step[] | Refusal {
  const field = raw.type === 'ops' ? 'review' : 'expires';
  const old = raw[field];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || instantMs(date) === undefined)
    return refuse('bad-value', `"${date}" is no day such as 2027-02-01.`);
  if (raw.archived !== undefined || old === undefined)
    return refuse('by-hand', 'The flag is archived, so no date is waited for.');
  if (date === old) return refuse('nothing-to-change', `"${field}" is ${date} already.`);
  if (date < old) return refuse('bad-value', `${date} is earlier than ${old}; this edit only extends.`);
  return [{ op: 'replace', at: [field], value: date }];
}

/** What an archived flag has no use for: most of it would be refused, the rest would only warn for ever. */
const OVER = ['requires', 'waive', 'by', 'salt', 'bucketing', 'environments'] as const;

function planArchive(raw: RawFlag, edit: Extract<FlagEdit, { kind: 'archive' }>): readonly Step[] | Refusal {
  if (raw.archived !== undefined)
    return refuse('nothing-to-change', `The flag is archived since ${raw.archived}.`);
  const unfit = whyUnfit(raw, edit.serve);
  if (unfit !== undefined) return unfit;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(edit.date) || instantMs(edit.date) === undefined)
    return refuse('bad-value', `"${edit.date}" is no day such as 2027-02-01.`);
  return [
    { op: 'add', into: [], key: 'archived', value: edit.date, after: 'safe' },
    { op: 'add', into: [], key: 'serve', value: edit.serve, after: 'safe' },
    ...OVER.filter((field) => raw[field] !== undefined).map((field): Step => ({ op: 'remove', at: [field] })),
  ];
}

function planRolloutOut(raw: RawFlag, id: string): readonly Step[] | Refusal {
  const environment = environmentOf(raw, id);
  if (environment?.rollout === undefined) return refuse('no-such', `"${id}" has no rollout.`);
  return [{ op: 'remove', at: ['environments', id, 'rollout'] }];
}

function planRolloutDone(raw: RawFlag, id: string): readonly Step[] | Refusal {
  const environment = environmentOf(raw, id);
  const rollout = environment?.rollout;
  if (environment === undefined || rollout === undefined) return refuse('no-such', `"${id}" has no rollout.`);
  const at: Path = ['environments', id];
  const out: Step = { op: 'remove', at: [...at, 'rollout'] };
  const { to } = rollout;
  if (typeof to === 'string')
    return [out, ...restSteps(at, environment, to), ...orphanSteps(at, environment)];
  const own = (['by', 'salt', 'bucketing'] as const).filter((field) => rollout[field] !== undefined);
  if (own.length > 0)
    return refuse(
      'by-hand',
      `The rollout draws by its own ${own.join(' and ')}; write them beside the split so that nobody changes sides.`,
    );
  return [out, ...restSteps(at, environment, to as Plain)];
}
