import { createHash } from 'node:crypto';
import { editFiles, type FlagEdit, type RefusalCode } from '@guidon/engine/edit';

/** The files of one flag at a commit, by their paths. */
export interface FlagSource {
  readonly flag: { readonly path: string; readonly text: string };
  readonly tests?: { readonly path: string; readonly text: string };
}

/** `undefined`: the commit has no file of that flag. Text: why its files cannot be used. */
export type FoundSource = FlagSource | string | undefined;

export interface Skipped {
  /** Its key, or the path of a file where a proposal is about files. */
  readonly flag: string;
  readonly why: string;
}

export type BuiltChange =
  | {
      readonly kind: 'change';
      /** New contents by path. */
      readonly files: ReadonlyMap<string, string>;
      /** Which of them the head has not got. */
      readonly added?: ReadonlySet<string>;
      readonly changed: readonly string[];
      /** Flags that cannot be edited, where others can. */
      readonly skipped: readonly Skipped[];
      readonly lostComments: readonly string[];
      readonly digest: string;
    }
  /** The files say so already; why that is so, where it has to be told. */
  | { readonly kind: 'done'; readonly why?: string }
  | { readonly kind: 'conflict'; readonly why: string };

/**
 * Does the edits on the files as they are at a commit, flag by flag, so that a press on thousands of flags can be worked
 * off in slices. With several flags, those that cannot be edited are named and left.
 */
export class ChangeBuilder {
  readonly #files = new Map<string, string>();
  readonly #changed: string[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #lostComments: string[] = [];

  add(flag: string, edit: FlagEdit, source: FoundSource): void {
    const result = typeof source === 'object' ? editOne(source, edit) : { why: source ?? GONE };
    if (result === 'done') return;
    if ('why' in result) {
      this.#skipped.push({ flag, why: result.why });
      return;
    }
    this.#changed.push(flag);
    this.#lostComments.push(...result.lostComments);
    for (const [path, text] of result.files) this.#files.set(path, text);
  }

  built(): BuiltChange {
    const [files, changed, skipped] = [this.#files, this.#changed, this.#skipped];
    const digest = digestOf(files);
    if (files.size > 0)
      return { kind: 'change', files, changed, skipped, lostComments: this.#lostComments, digest };
    const first = skipped[0];
    if (first === undefined) return { kind: 'done' };
    return { kind: 'conflict', why: `${first.flag}: ${first.why}` };
  }
}

const GONE = 'The tracked branch has no file of this flag any more.';

function editOne(source: FlagSource, edit: FlagEdit) {
  const { flag, tests } = source;
  const result = editFiles({ flag: flag.text, ...(tests === undefined ? {} : { tests: tests.text }) }, edit);
  if ('refused' in result) return isDone(result.code, edit) ? 'done' : { why: result.refused };
  const files = new Map([[flag.path, result.flag]]);
  if (tests !== undefined && result.tests !== undefined) files.set(tests.path, result.tests);
  return { files, lostComments: result.lostComments };
}

/** A rollout that is not in the file has been taken out. */
function isDone(code: RefusalCode, { kind }: FlagEdit): boolean {
  if (code === 'nothing-to-change') return true;
  return code === 'no-such' && (kind === 'rollout-done' || kind === 'rollout-out');
}

export function digestOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [path, text] of files) hash.update(`${path.length}:${path}${text.length}:${text}`);
  return hash.digest('hex');
}
