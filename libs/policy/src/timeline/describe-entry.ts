import { describePublication } from './describe-publication.js';
import type { Described, EntryFacts } from './entry-facts.js';
import { listed, shortCommit, textOf, wordsIn } from './words.js';

/** What an entry of the audit log says of what is served, or `undefined` where it says nothing of that. */
export function describeEntry(entry: EntryFacts): Described | undefined {
  const describe = Object.hasOwn(DESCRIBED, entry.action) ? DESCRIBED[entry.action] : undefined;
  if (describe !== undefined) return describe(entry);
  return entry.action.startsWith('rollout.') ? describeRollout(entry) : undefined;
}

const DESCRIBED: { readonly [action: string]: (entry: EntryFacts) => Described } = {
  'kill.press': (entry) => {
    const again = entry.subject.stoodAlready === true ? ' once more, which changed nothing' : '';
    return killed(entry, `The red button was pressed for ${scopeOf(entry)}${placesOf(entry)}${again}.`);
  },
  'kill.revive': (entry) => killed(entry, `The kill ${idOf(entry)} was revived${placesOf(entry)}.`),
  'kill.expire': (entry) => {
    const rest = textOf(entry.subject.continuedAs);
    const more = rest === undefined ? '' : `; ${rest} goes on holding what is protected`;
    return killed(entry, `The time of the kill ${idOf(entry)} was over${placesOf(entry)}${more}.`);
  },
  'revision.publish': describePublication,
  'revision.hold': describePublication,
  'revision.reject': describePublication,
  'revision.accept': (entry) =>
    revision(entry, `What holds revision ${shortCommit(entry.commit)} was accepted`, false),
  'revision.rollback': (entry) =>
    revision(entry, `Revision ${shortCommit(entry.commit)} was pinned: it is served again`, true),
  'revision.unpin': (entry) => revision(entry, 'The pin was lifted', true),
  'freeze.release': (entry) =>
    revision(entry, `Revision ${shortCommit(entry.commit)}, which a freeze kept back, went on its way`, true),
  'wave.advance': (entry) => wave(entry, 'moved on', stageWords(entry)),
  'wave.enlist': (entry) => wave(entry, 'took an instance in', ''),
  'wave.finish': (entry) => endedWave(entry, 'reached everybody'),
  'wave.roll-back': (entry) => endedWave(entry, 'was rolled back'),
};

function killed(entry: EntryFacts, sentence: string): Described {
  const scope = entry.subject.scope as { readonly flag?: unknown } | undefined;
  const flag = textOf(scope?.flag);
  const touchesServed = entry.subject.stoodAlready !== true;
  const link = `/api/v1/red-button/${idOf(entry)}`;
  return { sentence, flags: flag === undefined ? [] : [flag], touchesServed, link };
}

function revision(entry: EntryFacts, words: string, touchesServed: boolean): Described {
  const { commit } = entry;
  const link = commit === undefined ? {} : { link: `/api/v1/revisions/${commit}` };
  return { sentence: `${words}${placesOf(entry)}.`, flags: [], touchesServed, ...link };
}

function wave(entry: EntryFacts, did: string, more: string): Described {
  const id = textOf(entry.subject.wave) ?? 'unknown';
  const of = entry.commit === undefined ? '' : ` of ${shortCommit(entry.commit)}`;
  return {
    sentence: `The wave ${id}${of} ${did}${more}${placesOf(entry)}.`,
    flags: [],
    touchesServed: true,
    link: `/api/v1/waves/${id}`,
  };
}

/** A wave that is over has no route any more; what it brought has. */
function endedWave(entry: EntryFacts, did: string): Described {
  const { link: _, ...described } = wave(entry, did, '');
  return entry.commit === undefined ? described : { ...described, link: `/api/v1/revisions/${entry.commit}` };
}

function stageWords({ subject }: EntryFacts): string {
  const { stage } = (subject.now ?? {}) as { readonly stage?: unknown };
  return typeof stage === 'number' ? ` to stage ${stage + 1}` : '';
}

/** The sentence of whoever moved it, where there is one; the verb of the action otherwise. */
function describeRollout(entry: EntryFacts): Described {
  const flag = textOf(entry.subject.flag);
  const verb = entry.action.slice('rollout.'.length);
  const own = textOf(entry.subject.sentence);
  const places = entry.environments ?? [];
  const link =
    flag === undefined || places.length !== 1 ? {} : { link: `/api/v1/rollouts/${places[0]}.${flag}` };
  return {
    sentence: own ?? `The rollout of ${flag ?? 'a flag'}${placesOf(entry)}: ${verb}.`,
    flags: flag === undefined ? [] : [flag],
    touchesServed: entry.subject.now !== undefined,
    ...link,
  };
}

function scopeOf({ subject }: EntryFacts): string {
  const scope = (subject.scope ?? {}) as Record<string, unknown>;
  for (const [kind, words] of Object.entries(SCOPES)) {
    const value = scope[kind];
    if (value === true) return words;
    const text = textOf(value);
    if (text !== undefined) return `${words} ${text}`;
  }
  return 'flags';
}

const SCOPES = {
  flag: 'the flag',
  tag: 'flags with the tag',
  team: 'flags of the team',
  commit: 'flags of the commit',
  rollouts: 'flags that are being rolled out',
  all: 'all flags',
} as const;

function idOf({ subject }: EntryFacts): string {
  return textOf(subject.kill) ?? 'unknown';
}

function placesOf({ environments = [] }: EntryFacts): string {
  return environments.length === 0 ? '' : ` in ${listed(wordsIn(environments))}`;
}
