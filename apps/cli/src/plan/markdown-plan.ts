import { printable } from '../output/paint.js';
import { listed, measuredPercent, percent } from './figures.js';
import { rolloutTable } from './markdown-rollout.js';
import type {
  EnvironmentPlan,
  EstimatedMoves,
  FlagPlan,
  Measurement,
  PlanBlock,
  PlanDocument,
  PlanShift,
  SegmentPlan,
} from './plan-document.js';
import { placeOf, sideName, summaryOf } from './summary-words.js';
import { usageWords } from './usage-words.js';

/** The first line of the comment: by it the same comment is found again and replaced. A reader does not see it. */
export const COMMENT_MARKER = '<!-- guidon-plan -->';
/** Hosts refuse comments beyond 65,536 characters (GitHub); what is left over is counted. */
const LONGEST = 60_000;

/** The plan as a comment for a pull request. Nothing in it can mention, link, run or hide anything: all text is escaped. */
export function markdownPlan(plan: PlanDocument): string {
  const verdict = plan.verdict === 'fine' ? '✅ **Fine**' : '⛔ **Blocked**';
  const head = [
    COMMENT_MARKER,
    '### Guidon: what this changes for whom',
    '',
    `${verdict}: ${escaped(summaryOf(plan))}. ${escaped(plan.compared)}`,
    '',
    ...plan.blocks.map((block) => blockText(block, plan)),
    ...(plan.waived ?? []).map(
      ({ code: name, flag, reason, sentence }) =>
        `⚠️ ${code(name)} waived by ${code(flag)}: **${escaped(reason)}**. ${escaped(sentence)}\n`,
    ),
    ...(plan.frozen.length === 0
      ? []
      : [
          `A server would keep ${plan.frozen.map((path) => code(placeOf(plan, path))).join(', ')} at the last good version.`,
          '',
        ]),
    ...plan.holds.map(({ sentence }) => `⏸ Waits for a person after the merge: ${escaped(sentence)}\n`),
  ].join('\n');
  return `${fitting(head, [...plan.segments.map(segmentText), ...plan.flags.map(flagText)])}${contextsText(plan)}${usageText(plan)}`;
}

function fitting(head: string, parts: readonly string[]): string {
  let text = `${head}\n`;
  for (const [index, part] of parts.entries()) {
    if (text.length + part.length > LONGEST)
      return `${text}\n…and ${parts.length - index} more; \`guidon plan\` tells them all.\n`;
    text += `${part}\n`;
  }
  return text;
}

function blockText(block: PlanBlock, plan: PlanDocument): string {
  const { code: name, sentence, policy, fix, path, line } = block;
  const place =
    path === undefined ? '' : ` ${code(`${placeOf(plan, path)}${line === undefined ? '' : `:${line}`}`)}`;
  return [
    `> ⛔ ${code(name)}${place}: ${escaped(sentence)}`,
    ...(policy === undefined ? [] : [`> <br>Policy: ${escaped(policy)}`]),
    ...(fix === undefined ? [] : [`> <br>${policy === undefined ? 'Fix' : 'Instead'}: ${escaped(fix)}`]),
    '',
  ].join('\n');
}

function segmentText({ segment, text, flags }: SegmentPlan): string {
  const reach = flags.length === 0 ? 'no flag' : listed(flags, 'and', 12);
  return `#### Segment ${code(segment)}\n\n${escaped(text)} Touches ${escaped(reach)}.\n`;
}

function flagText(flag: FlagPlan): string {
  const status = flag.status === 'changed' ? '' : ` (${flag.status === 'added' ? 'new' : flag.status})`;
  return [
    `#### ${code(flag.flag)}${status}`,
    '',
    `${escaped(flag.description)} · ${escaped(flag.owner)}`,
    '',
    ...flag.changes.map(({ kind, text }) => `* ${kind === 'waive' ? '⚠️ ' : ''}${escaped(text)}`),
    ...flag.environments.map(environmentText),
    '',
  ].join('\n');
}

function environmentText(plan: EnvironmentPlan): string {
  const mark = plan.protected ? ' 🔒 **protected**' : '';
  return [
    '',
    `**${escaped(plan.environment)}**${mark}`,
    '',
    ...plan.changes.map(({ text }) => `* ${escaped(text)}`),
    ...(plan.rollout === undefined ? [] : rolloutTable(plan.rollout, escaped)),
    ...(plan.shifts.length === 0 ? [] : shiftTable(plan.shifts)),
    ...(plan.measured === undefined ? [] : measuredText('Measured', plan.measured)),
    ...(plan.eventually === undefined
      ? []
      : measuredText('Measured, when the rollout is done', plan.eventually)),
    ...(plan.estimated === undefined ? [] : estimatedText(plan.estimated)),
  ].join('\n');
}

function shiftTable(shifts: readonly PlanShift[]): string[] {
  const rows = shifts.flatMap(({ rule, before, after }) =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().map((variant) => {
      const who = rule === undefined ? 'everyone else' : `rule ${escaped(rule)}`;
      return `| ${who} | ${escaped(variant)} | ${percent(before[variant] ?? 0)} | ${percent(after[variant] ?? 0)} |`;
    }),
  );
  return ['', '| of | variant | before | after |', '|---|---|--:|--:|', ...rows, ''];
}

function measuredText(when: string, { changed, pairs }: Measurement): string[] {
  const range = ({ low, high }: { low: number; high: number }) =>
    `${measuredPercent(low)} to ${measuredPercent(high)}`;
  if (pairs.length === 0) return ['', `${when}: nobody gets anything else (${range(changed)}).`];
  return [
    '',
    `${when}: **${measuredPercent(changed.percent)} of users get something else** (${range(changed)}).`,
    '',
    '| from | to | users | 95 % interval |',
    '|---|---|--:|--:|',
    ...pairs.map(
      (pair) =>
        `| ${escaped(sideName(pair.from))} | ${escaped(sideName(pair.to))}${pair.from === pair.to ? ', with its other value' : ''} | ${measuredPercent(pair.percent)} | ${range(pair)} |`,
    ),
    '',
  ];
}

function contextsText({ contexts }: PlanDocument): string {
  if (contexts === null) return '';
  const { read, replayed, users, notes } = contexts;
  const all = replayed === read ? `all ${read}` : `a random ${replayed} of ${read}`;
  const said = `Measured with ${all} contexts (${users} users), 95 % Wilson interval; kills and how far rollouts have come are not known here.`;
  return `\n<sub>${listed([said, ...notes.map(escaped)], 'and', 20)}</sub>\n`;
}

function usageText({ usage }: PlanDocument): string {
  if (usage === undefined) return '';
  const said =
    usage.trouble === null
      ? [...usageWords(usage), ...usage.notes]
      : [`No figures from the server: ${usage.trouble}`, 'The rest is told without them.'];
  return `\n<sub>${said.map(escaped).join(' ')}</sub>\n`;
}

function estimatedText({ changed, pairs, evaluations, atMost, unknowns }: EstimatedMoves): string[] {
  const range = ({ low, high }: { low: number; high: number }) =>
    `${measuredPercent(low)} to ${measuredPercent(high)}`;
  return [
    '',
    pairs.length === 0
      ? `Estimated from ${evaluations} evaluations: none that is certain to be answered otherwise.`
      : `Estimated from ${evaluations} evaluations: **${measuredPercent(changed.percent)} of them would be answered otherwise** (${range(changed)}).`,
    ...(pairs.length === 0 ? [] : ['', '| from | to | evaluations | 95 % interval |', '|---|---|--:|--:|']),
    ...pairs.map(
      (pair) =>
        `| ${escaped(pair.from)} | ${escaped(pair.to)} | ${measuredPercent(pair.percent)} | ${range(pair)} |`,
    ),
    ...(unknowns.length === 0
      ? []
      : ['', `At most ${measuredPercent(atMost)}: not known is ${escaped(listed(unknowns, 'and', 20))}.`]),
    '',
  ];
}

/** Characters that mean something in Markdown or HTML, each written as an entity. */
const MEANINGFUL = /[&<>"'`*_~[\](){}|\\:@#!$%^]/g;
/** By these a host finds people, issues and the like *after* it has made HTML, so an entity alone does not help. */
const SIGILS = '@#!$%^&~';
const INVISIBLE = '&#8203;';

/**
 * Text of a file as text: it pings nobody, links nowhere, ends no table cell and opens no tag. Behind a sign that refers to
 * something stands a space without width, as the bots of the hosts themselves do it.
 */
export function escaped(text: string): string {
  return printable(text)
    .replace(MEANINGFUL, (character) => {
      const entity = `&#${character.codePointAt(0)};`;
      return SIGILS.includes(character) ? `${entity}${INVISIBLE}` : entity;
    })
    .replace(/\b(www\.|GH-)/gi, (found) => `${found.slice(0, 1)}${INVISIBLE}${found.slice(1)}`);
}

/** Text of a file in a code style; HTML, because entities mean nothing between backticks. */
function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}
