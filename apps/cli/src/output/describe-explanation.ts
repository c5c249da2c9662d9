import type { ExplainedCondition, ExplainedDraw, ExplainedStep, Explanation } from '@guidon/engine/explain';
import type { Paint } from './paint.js';
import { formatTable } from './table.js';

type Row = readonly [step: string, said: string, detail: string];

/** The decision as a table: each step, what came of it, and why. */
export function describeExplanation(explanation: Explanation, paint: Paint): string {
  const { flag, environment, outcome, steps } = explanation;
  const { value, variant, reason, ruleId, errorCode } = outcome;
  const by = ruleId === undefined ? '' : ` by rule ${ruleId}`;
  const end =
    errorCode === undefined
      ? `${variant} = ${JSON.stringify(value)} (${reason}${by})`
      : `no answer (${errorCode})`;
  const table = formatTable(['step', '', ''], steps.flatMap(rowsOf));
  return `${paint.bold(`${flag} in ${environment}`)}\n${table}${paint.bold('→')} ${end}\n`;
}

function rowsOf(step: ExplainedStep): Row[] {
  switch (step.step) {
    case 'kill':
      return [['killed?', step.killed ? `yes: serves ${step.serves}` : 'no', '']];
    case 'requirement': {
      const wanted = `it serves ${step.served ?? 'nothing: there is no such flag'}; wanted ${step.variants.join(' or ')}`;
      return [[`requires ${step.flag}`, step.met ? 'met' : `not met: serves ${step.serves}`, wanted]];
    }
    case 'rule': {
      const { condition, draw, percent, serves } = step;
      const said = verdict(condition.holds, { serves, draw, percent });
      return [[`rule ${step.rule}`, said, ''], ...conditionRows(condition, 1), ...drawRows(draw)];
    }
    case 'rollout': {
      const { audience, draw, percent, serves } = step;
      const said = verdict(audience?.holds ?? true, { serves, draw, percent });
      const whom = audience === undefined ? 'of everyone' : 'of an audience';
      const rows = audience === undefined ? [] : conditionRows(audience, 1);
      return [['rollout', said, `${percent} % ${whom}`], ...rows, ...drawRows(draw)];
    }
    case 'rollout-not-begun':
      return [['rollout', 'not begun', '']];
    case 'rest': {
      const said = step.serves === undefined ? 'no unit' : `serves ${step.serves}`;
      return [['everyone else', said, ''], ...drawRows(step.draw)];
    }
    case 'safe':
      return [['safe', `serves ${step.serves}`, 'the last split found no unit']];
  }
}

interface Taken {
  readonly serves: string | undefined;
  readonly draw: ExplainedDraw | undefined;
  readonly percent: number | undefined;
}

function verdict(holds: boolean, { serves, draw, percent }: Taken): string {
  if (!holds) return 'does not match';
  if (serves !== undefined) return `serves ${serves}`;
  if (draw?.unit === undefined) return 'matches, but there is no unit to draw by';
  return percent === undefined ? 'matches, but takes nobody' : `matches, but not within ${percent} %`;
}

function conditionRows({ text, holds, actual, parts }: ExplainedCondition, depth: number): Row[] {
  const indent = '  '.repeat(depth);
  const asksValue = parts === undefined;
  const seen = actual === undefined ? 'nothing there' : `is ${JSON.stringify(actual)}`;
  const own: Row = [`${indent}${text}`, holds ? 'yes' : 'no', asksValue ? seen : ''];
  return [own, ...(parts ?? []).flatMap((part) => conditionRows(part, depth + 1))];
}

function drawRows(draw: ExplainedDraw | undefined): Row[] {
  if (draw === undefined) return [];
  const { by, unit, salt, bucket, total, ranges } = draw;
  const shares = ranges.map(({ variant, from, to }) => `${variant} ${from}–${to}`).join(', ');
  if (unit === undefined)
    return [[`  by ${by.join(', ')}`, 'no unit', 'none of them is text or a whole number']];
  return [
    [
      `  by ${unit.attribute}`,
      `bucket ${bucket} of ${total}`,
      `unit ${unit.value}, salt ${salt === '' ? 'none' : salt}; takes ${shares}`,
    ],
  ];
}
