import type { Described, EntryFacts } from './entry-facts.js';
import { listed, shortCommit, textOf, wordsIn } from './words.js';

interface HeadSummary {
  readonly environment?: unknown;
  readonly candidate?: { readonly revision?: unknown };
  readonly waiting?: { readonly revision?: unknown; readonly why?: unknown };
  readonly held?: { readonly revision?: unknown };
  readonly pinned?: unknown;
}

type Way = 'everybody' | 'wave' | 'waits' | 'held';

/** What a judged commit did: where it is live, where in a wave, where it waits, and what of it was not taken. */
export function describePublication(entry: EntryFacts): Described {
  const { subject, commit } = entry;
  const state = textOf(subject.state);
  const ways = waysOf(entry);
  const frozenCount = Number(subject.frozenCount ?? 0);
  const parts = [headline(entry, state, ways)];
  if (frozenCount > 0 && state !== 'rejected')
    parts.push(
      `${frozenCount === 1 ? 'One file stays' : `${frozenCount} files stay`} at the last good version: ${listed(pathsOf(subject.frozen))}.`,
    );
  const link = commit === undefined ? {} : { link: `/api/v1/revisions/${commit}` };
  const touchesServed = ways.everybody.length + ways.wave.length > 0;
  return { sentence: parts.join(' '), flags: [], touchesServed, ...link };
}

function headline({ subject, commit }: EntryFacts, state: string | undefined, ways: Ways): string {
  const name = `Revision ${shortCommit(commit)}`;
  if (state === 'rejected') return `${name} was refused as a whole: ${findingsOf(subject.findings)}.`;
  const said = (Object.keys(WORDS) as Way[])
    .filter((way) => ways[way].length > 0)
    .map((way) => `${WORDS[way]} ${listed(ways[way])}`);
  // A freeze holds back one environment, and the others get the commit all the same.
  if (state === 'held')
    return `${name} is held${holdsOf(subject.holds)}${said.length === 0 ? '' : `: ${said.join('; ')}`}.`;
  return said.length === 0
    ? `${name} was judged and changes nothing that is served.`
    : `${name} ${said.join('; ')}.`;
}

const WORDS: { readonly [W in Way]: string } = {
  everybody: 'went live in',
  wave: 'began a wave in',
  waits: 'waits in',
  held: 'is held back in',
};

type Ways = { readonly [W in Way]: readonly string[] };

function waysOf({ subject, commit }: EntryFacts): Ways {
  const ways: { [W in Way]: string[] } = { everybody: [], wave: [], waits: [], held: [] };
  for (const head of Array.isArray(subject.generations) ? (subject.generations as HeadSummary[]) : []) {
    const environment = textOf(head.environment);
    if (environment !== undefined) ways[wayOf(head, commit)].push(environment);
  }
  return ways;
}

function wayOf({ candidate, waiting, held }: HeadSummary, commit: string | undefined): Way {
  if (candidate?.revision === commit && candidate !== undefined) return 'wave';
  if (waiting?.revision === commit && waiting !== undefined) return 'waits';
  return held?.revision === commit && held !== undefined ? 'held' : 'everybody';
}

function findingsOf(count: unknown): string {
  return count === 1 ? 'one finding' : `${Number(count ?? 0)} findings`;
}

function holdsOf(holds: unknown): string {
  const kinds = Array.isArray(holds) ? holds.map((hold: { kind?: unknown }) => hold.kind) : [];
  return kinds.length === 0 ? '' : ` (${listed([...new Set(wordsIn(kinds))])})`;
}

function pathsOf(frozen: unknown): string[] {
  if (!Array.isArray(frozen)) return [];
  return frozen.flatMap((one: unknown) => {
    const path = typeof one === 'string' ? one : textOf((one as { path?: unknown })?.path);
    return path ?? [];
  });
}
