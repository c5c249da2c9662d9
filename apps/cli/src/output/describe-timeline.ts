import type { TimelineChange, TimelineDocument, TimelineEntry } from '@guidon/protocol';
import { age } from './instants.js';
import { type Paint, printable } from './paint.js';
import { count } from './table.js';
import type { View } from './view.js';

const MOST_FLAGS = 5;
const MOST_CHANGES = 5;
/** As many files of a commit are compared by the server. */
const LOOKED_AT = 20;

/** The timeline for a person in the night: how long before, what, from what to what, who and why. */
export function describeTimeline(found: TimelineDocument, view: View): string {
  const { around, since, source, entries, next } = found;
  const { paint, nowMs } = view;
  const isNow = nowMs - Date.parse(around) < 2_000;
  const before = isNow ? 'ago' : 'before';
  const head = `What changed from ${since} to ${around}${isNow ? ' (now)' : ''}, newest first\n\n`;
  const blocks = entries.map((entry) => describeEntry(entry, { around, before, paint }));
  const none = entries.length === 0 ? 'Nothing. --within 1d looks further back.\n' : '';
  const more = next === undefined ? '' : paint.dim('There is more: --limit shows it.\n');
  const legend = entries.some(({ touchesServed }) => touchesServed)
    ? paint.dim('* changed what applications are served\n')
    : '';
  return `${head}${source === 'memory' ? memoryWords(found, paint) : ''}${none}${blocks.join('\n')}${entries.length === 0 ? '' : '\n'}${more}${legend}`;
}

function memoryWords({ serving = [] }: TimelineDocument, paint: Paint): string {
  const lines = serving.map(
    ({ environment, generation, revision }) =>
      `  ${printable(environment)} serves ${revision.slice(0, 12)} (generation ${generation})`,
  );
  const warning =
    'The database is away: this is what one server remembers, and what came in between is missing.';
  return `${[paint.yellow(warning), ...lines].join('\n')}\n\n`;
}

interface Around {
  readonly around: string;
  readonly before: string;
  readonly paint: Paint;
}

function describeEntry(entry: TimelineEntry, { around, before, paint }: Around): string {
  const { at, kind, environments, sentence, touchesServed, actor, reason, link } = entry;
  const when = `${age(at, Date.parse(around))} ${before}`;
  const mark = touchesServed ? paint.yellow('*') : ' ';
  const where = environments.length === 0 ? '' : `  ${environments.join(', ')}`;
  const lines = [
    `${mark} ${paint.bold(when.padEnd(14))} ${printable(kind)}${printable(where)}  ${paint.dim(at)}`,
    `    ${printable(sentence)}`,
    ...flagLine(entry),
    ...changeLines(entry),
    `    by ${printable(actor)}: ${printable(reason)}`,
    ...(link === undefined ? [] : [`    ${paint.dim(`GET ${printable(link)}`)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function flagLine({ flags, flagCount }: TimelineEntry): string[] {
  if (flags.length === 0) return [];
  const shown = flags.slice(0, MOST_FLAGS);
  const rest = flagCount - shown.length;
  const more = rest > 0 ? ` and ${count(rest, 'more', 'more')}` : '';
  return [`    ${flagCount === 1 ? 'flag' : 'flags'}: ${printable(shown.join(', '))}${more}`];
}

function changeLines({ changes, changeCount, fileCount = 0 }: TimelineEntry): string[] {
  const shown = changes.slice(0, MOST_CHANGES);
  const rest = changeCount - shown.length;
  const lines = shown.map((change) => `      ${printable(changeWords(change))}`);
  const unseen = fileCount > LOOKED_AT ? ` in the first ${LOOKED_AT} of ${fileCount} files` : '';
  return rest > 0 ? [...lines, `      and ${count(rest, 'more change')}${unseen}`] : lines;
}

function changeWords({ flag, file, environment, words }: TimelineChange): string {
  return `${flag ?? file}${environment === undefined ? '' : ` in ${environment}`}: ${words}`;
}
