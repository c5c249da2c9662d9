import { canonicalJson } from '../model/index.js';
import type { RawFlag } from '../schema/flag-schema.js';
import { commentsLost } from './comments.js';
import { type EditResult, type FlagEdit, refuse } from './flag-edit.js';
import { planEdit } from './plan-edit.js';
import { readSource } from './source.js';
import { spliceSteps } from './splice.js';
import { applySteps, type Step } from './step.js';

/** Edits that take lines out; what a comment on such a line spoke of is gone with it. */
const TAKES_OUT: ReadonlySet<FlagEdit['kind']> = new Set(['archive', 'rollout-done', 'rollout-out']);

/**
 * A flag file with one change, everything else as it was: indentation, quotes, line ends, comments. Pure and total. The
 * text is proved before it is given back: parsed again it means what was asked for and nothing else, and no comment is missing
 * that is not named. Whether the change is allowed (a jump, a requirement, the flag's own tests) is for `load` to say.
 *
 * @param text a flag file as Git has it, decoded; a byte order mark stays.
 */
export function editFlag(text: string, edit: FlagEdit): EditResult {
  const source = readSource(text, 'flag');
  if ('why' in source) return refuse('unreadable', source.why);
  const steps = planEdit(source.data as unknown as RawFlag, edit);
  if ('refused' in steps) return steps;
  return spliceProved({ text, kind: 'flag', mayLose: TAKES_OUT.has(edit.kind) }, steps);
}

/** Does the steps on the text and on the data, and gives the text only if both agree. */
export function spliceProved(
  file: { readonly text: string; readonly kind: 'flag' | 'test'; readonly mayLose: boolean },
  steps: readonly Step[],
): EditResult {
  const source = readSource(file.text, file.kind);
  if ('why' in source) return refuse('unreadable', source.why);
  const text = spliceSteps(source, steps);
  const result = text === undefined ? undefined : readSource(text, file.kind);
  const isMeant =
    result !== undefined &&
    !('why' in result) &&
    canonicalJson(result.data) === canonicalJson(applySteps(source.data, steps));
  if (text === undefined || !isMeant)
    return refuse(
      'by-hand',
      'The file is written in a form that cannot be edited safely; change it by hand.',
    );
  const lostComments = commentsLost(file.text, text);
  if (lostComments.length > 0 && !file.mayLose)
    return refuse(
      'by-hand',
      `The comment "${lostComments[0]}" stands inside what changes; change it by hand.`,
    );
  return { text, lostComments };
}
