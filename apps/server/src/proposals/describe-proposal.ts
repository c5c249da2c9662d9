import type { BuiltChange } from './build-change.js';
import type { DesiredEdits } from './desired-edits.js';
import type { Proposal } from './proposal.js';

export type Change = Extract<BuiltChange, { kind: 'change' }>;

const LONGEST_TITLE = 100;
const MOST_NAMED = 50;

/** One line, for the commit and the pull request. */
export function titleOf(proposal: Proposal, { edits }: DesiredEdits): string {
  const { kind, subject, edit } = proposal;
  if (kind === 'archive') return cut(`Archive ${subject}, serving ${edit.serve ?? 'what it serves'}`);
  if (kind === 'extend-expiry') return cut(`Keep ${subject} until ${edit.until}`);
  if (kind === 'rollout')
    return cut(
      edit.ended?.as === 'completion'
        ? `Finish the rollout of ${subject} in ${edit.ended.environment}`
        : `Take the rollout of ${subject} out of ${edit.ended?.environment}`,
    );
  if (kind === 'rollback') return `Go back to what ${subject.slice(0, 12)} says`;
  const [first] = [...edits.values()];
  const where =
    edits.size > 1 || first?.kind !== 'kill' || first.environments === 'all'
      ? ''
      : ` in ${first.environments.join(', ')}`;
  return cut(
    edits.size > 1 ? `Turn ${edits.size} flags off` : `Turn ${[...edits.keys()][0] ?? subject} off${where}`,
  );
}

function cut(text: string): string {
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 1)}…` : text;
}

/** Says why, who and which kill: what `git log` has to answer years later. */
export function commitMessage(proposal: Proposal, desired: DesiredEdits): string {
  const trailers = desired.kills.map(({ id }) => `Kill: ${id}`);
  return [
    titleOf(proposal, desired),
    '',
    ...reasonsOf(proposal, desired).map((line) => plain(line)),
    '',
    ...trailers,
    `Proposal: ${proposal.id}`,
    '',
  ].join('\n');
}

/** `<reason>`, `<who>, <when>` for each kill, or for the person who asked. */
function reasonsOf({ actor, reason, wantedAtMs }: Proposal, { kills }: DesiredEdits): string[] {
  const asked = [{ actor, reason, pressedAtMs: wantedAtMs }];
  return (kills.length > 0 ? kills : asked).map(
    (one) => `${one.reason} (${one.actor}, ${new Date(one.pressedAtMs).toISOString()})`,
  );
}

/** One paragraph, so that no line of it can be taken for a trailer. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What every proposal of a kind means for who merges it. */
const MEANING = {
  kill: 'Merging makes Git agree with the red button. Until then the kill holds anyway; reviving it withdraws this proposal.',
  archive:
    'Merging ends the flag: it serves one variant everywhere from then on, and its key is never used again.',
  'extend-expiry':
    'Merging moves the day on which the flag is due to be removed. What is served does not change.',
  rollback:
    'Merging makes Git agree with the rollback: these files say again what they said at that commit. Until then the environments stay pinned anyway; unpinning withdraws this proposal. The pins go by themselves as soon as Git says the same, so where something is left out below, unpin after that is done by hand.',
  rollout:
    'Merging makes Git say what the rollout has led to. What is served does not change. Until then the file differs from what is served; a rollout that goes on withdraws this proposal.',
} as const;

/** The text of a pull request, in Markdown. What people wrote stands in code, so that it neither formats nor calls anybody. */
export function pullRequestBody(proposal: Proposal, desired: DesiredEdits, change: Change): string {
  const parts = [
    ...reasonsOf(proposal, desired).map(code),
    MEANING[proposal.kind],
    ...listed(desired.asOf === undefined ? 'Flags' : 'Files', change.changed.map(code)),
    ...listed(
      'Not in this proposal, to be done by hand',
      change.skipped.map(({ flag, why }) => `${code(flag)}: ${code(why)}`),
    ),
    ...listed('Comments that go with the lines they stood on', change.lostComments.map(code)),
    [
      ...desired.kills.map(({ id }) => `Kill ${code(id)}.`),
      `Proposal ${code(proposal.id)}, made by Guidon.`,
    ].join(' '),
  ];
  return `${parts.join('\n\n')}\n`;
}

function listed(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const more = items.length > MOST_NAMED ? [`* and ${items.length - MOST_NAMED} more`] : [];
  const named = items.slice(0, MOST_NAMED).map((item) => `* ${item}`);
  return [`${title}:\n\n${[...named, ...more].join('\n')}`];
}

function code(text: string): string {
  return `\`${plain(text).replaceAll('`', "'")}\``;
}
