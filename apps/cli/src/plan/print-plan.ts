import type { Paint } from '../output/paint.js';
import { printable } from '../output/paint.js';
import { count } from '../output/table.js';
import { listed, measuredPercent, percent } from './figures.js';
import type {
  EnvironmentPlan,
  FlagPlan,
  Measurement,
  PlanBlock,
  PlanDocument,
  PlanShift,
  PlanWaived,
  SegmentPlan,
} from './plan-document.js';
import { estimatedLines } from './print-estimate.js';
import { rolloutLines } from './print-rollout.js';
import { pairName, placeOf, summaryOf } from './summary-words.js';
import { usageWords } from './usage-words.js';

const BAR = 20;

/** The plan for a terminal: errors first, then flag by flag, then what stands in the way. */
export function printPlan(plan: PlanDocument, paint: Paint): string {
  const faults = plan.blocks.filter(({ policy }) => policy === undefined);
  const refusals = plan.blocks.filter(({ policy }) => policy !== undefined);
  const parts = [
    ...faults.map((block) => blockText(block, plan, paint)),
    ...(plan.frozen.length === 0 ? [] : [frozenText(plan, paint)]),
    `${printable(plan.compared)}\n`,
    ...plan.segments.map((segment) => segmentText(segment, paint)),
    ...plan.flags.map((flag) => flagText(flag, plan, paint)),
    ...contextsText(plan, paint),
    ...usageText(plan, paint),
    ...(plan.waived ?? []).map((one) => waivedText(one, paint)),
    ...refusals.map((block) => blockText(block, plan, paint)),
    ...plan.holds.map(
      ({ kind, sentence }) =>
        `${paint.yellow('waits for a person')} ${paint.dim(kind)}\n  ${printable(sentence)} After the merge somebody has to accept it: guidon accept.\n`,
    ),
    `${verdictText(plan, paint)}\n`,
  ];
  return parts.join('\n');
}

function segmentText({ segment, text, flags }: SegmentPlan, paint: Paint): string {
  const reach =
    flags.length === 0 ? 'no flag' : `${count(flags.length, 'flag')}: ${listed(flags, 'and', 12)}`;
  return `${paint.bold(printable(segment))} ${paint.cyan('segment')}  ${paint.dim(`touches ${printable(reach)}`)}\n  ${printable(text)}\n`;
}

function flagText(flag: FlagPlan, plan: PlanDocument, paint: Paint): string {
  const status =
    flag.status === 'changed' ? '' : ` ${paint.cyan(flag.status === 'added' ? 'new' : flag.status)}`;
  const about = paint.dim(
    `${printable(flag.description)} · ${flag.owner} · ${printable(placeOf(plan, flag.path))}`,
  );
  const lines = [
    `${paint.bold(printable(flag.flag))}${status}  ${about}`,
    ...flag.changes.map(
      ({ kind, text }) => `  ${(kind === 'waive' ? paint.yellow : String)(printable(text))}`,
    ),
    ...flag.environments.flatMap((environment) => environmentLines(environment, paint)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function environmentLines(plan: EnvironmentPlan, paint: Paint): string[] {
  const name = plan.protected
    ? `${paint.bold(plan.environment)} ${paint.inverse('(protected)')}`
    : paint.bold(plan.environment);
  return [
    `  ${name}`,
    ...plan.changes.map(({ text }) => `    ${printable(text)}`),
    ...(plan.rollout === undefined ? [] : rolloutLines(plan.rollout, paint)),
    ...plan.shifts.flatMap((shift) => bars(shift, paint)),
    ...(plan.assumptions.length === 0 ? [] : [paint.dim(`    assuming ${listed(plan.assumptions, 'and')}`)]),
    ...(plan.measured === undefined ? [] : measuredLines('measured', plan.measured, paint)),
    ...(plan.eventually === undefined
      ? []
      : measuredLines('measured, when the rollout is done', plan.eventually, paint)),
    ...(plan.estimated === undefined ? [] : estimatedLines(plan.estimated, paint)),
  ];
}

/** One bar for each variant that grows or shrinks, unless everybody gets one thing instead of another. */
function bars({ rule, before, after, pairs }: PlanShift, paint: Paint): string[] {
  if (pairs.length === 1 && pairs[0]?.percent === 100) return [];
  const variants = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const width = Math.max(...variants.map((name) => name.length));
  return variants.flatMap((variant) => {
    const [from, to] = [before[variant] ?? 0, after[variant] ?? 0];
    if (Math.abs(from - to) < 1e-4) return [];
    const where = rule === undefined ? '' : paint.dim(`  ${rule}`);
    return `      ${printable(variant.padEnd(width))}  ${bar(from, paint)} ${percent(from).padStart(6)} → ${bar(to, paint)} ${percent(to).padStart(6)}${where}`;
  });
}

function bar(share: number, paint: Paint): string {
  const full = Math.round((share / 100) * BAR);
  return `${paint.cyan('█'.repeat(full))}${paint.dim('░'.repeat(BAR - full))}`;
}

function measuredLines(when: string, { changed, pairs }: Measurement, paint: Paint): string[] {
  const range = ({ low, high }: { low: number; high: number }) =>
    paint.dim(`(${measuredPercent(low)} to ${measuredPercent(high)})`);
  if (pairs.length === 0) return [`    ${paint.green(when)}: nobody gets anything else ${range(changed)}`];
  return [
    `    ${paint.bold(when)}: ${paint.bold(measuredPercent(changed.percent))} of users get something else ${range(changed)}`,
    ...pairs.map(
      (pair) => `      ${printable(pairName(pair))}  ${measuredPercent(pair.percent)} ${range(pair)}`,
    ),
  ];
}

function contextsText({ contexts }: PlanDocument, paint: Paint): string[] {
  if (contexts === null) return [];
  const { file, read, replayed, users, notes } = contexts;
  const all = replayed === read ? `all ${read}` : `a random ${replayed} of ${read}`;
  const lines = [
    paint.dim(
      `Measured with ${all} contexts of ${printable(file)} (${count(users, 'user')}); the range is the 95 % Wilson interval, for contexts that are a random sample of your users. Kills and how far rollouts have come are not known here.`,
    ),
    ...notes.map((note) => paint.yellow(printable(note))),
  ];
  return [lines.map((line) => `${line}\n`).join('')];
}

function usageText({ usage }: PlanDocument, paint: Paint): string[] {
  if (usage === undefined) return [];
  if (usage.trouble !== null)
    return [
      `${paint.yellow(`No figures from the server: ${printable(usage.trouble)}`)} The rest is told without them.\n`,
    ];
  const lines = [
    ...usageWords(usage).map((line) => paint.dim(printable(line))),
    ...usage.notes.map((note) => paint.yellow(printable(note))),
  ];
  return [lines.map((line) => `${line}\n`).join('')];
}

function blockText(block: PlanBlock, plan: PlanDocument, paint: Paint): string {
  const { code, sentence, policy, fix, path, line, column } = block;
  const place =
    path === undefined ? '' : `${placeOf(plan, path)}${line === undefined ? '' : `:${line}:${column ?? 1}`}`;
  const label = policy === undefined ? 'error' : 'blocked';
  const lines = [
    `${paint.red(paint.bold(label))} ${paint.dim(code)}${place === '' ? '' : ` ${printable(place)}`}`,
    `  ${printable(sentence)}`,
    ...(policy === undefined ? [] : [`  policy: ${printable(policy)}`]),
    ...(fix === undefined ? [] : [`  ${policy === undefined ? 'fix' : 'instead'}: ${printable(fix)}`]),
  ];
  return lines.map((one) => `${one}\n`).join('');
}

function waivedText({ code, flag, reason, sentence }: PlanWaived, paint: Paint): string {
  const head = `${paint.yellow(paint.bold(`${code} waived`))} by ${printable(flag)}: ${printable(reason)}`;
  return `${head}\n  ${printable(sentence)}\n`;
}

function frozenText(plan: PlanDocument, paint: Paint): string {
  const frozen = plan.frozen.map((path) => placeOf(plan, path));
  return `${paint.yellow('frozen')}: a server would keep ${printable(listed(frozen, 'and', 12))} at the last good version.\n`;
}

function verdictText(plan: PlanDocument, paint: Paint): string {
  const summary = summaryOf(plan);
  if (plan.verdict === 'fine') return `${paint.green('Fine')}: ${summary}.`;
  return `${paint.red('Blocked')}: ${summary}.`;
}
