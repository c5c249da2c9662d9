import { createDocumentCache, type LoadInput } from '@guidon/engine/load';
import type { SourceFile } from '@guidon/engine/model';
import { type Baseline, type Checkout, openCheckout } from '@guidon/git';
import { CliError } from '../cli-error.js';
import { type LastGood, readLastGood } from './last-good.js';
import { NO_PAST, type PastReader } from './load-compared.js';
import { readFilesAt } from './read-files-at.js';
import { pastOf } from './read-past.js';

/** What a reader of a change compares with: the server refuses some changes that no single state shows. */
export interface Comparison {
  /** One sentence that says with what, or why with nothing. */
  readonly sentence: string;
  readonly base?: Baseline;
  /** For `load`; without `previous` where there is nothing to compare with. */
  readonly input: Pick<LoadInput, 'previous' | 'liveBefore' | 'past' | 'cache' | 'positionsUnknown'>;
  /** The `guidon.yaml` that is compared with, for telling where a setting stands. */
  readonly projectFile?: SourceFile | undefined;
  /** More of the past, which `load` may want. */
  readonly reader: PastReader;
  /** Nothing was compared because the files are those of HEAD. */
  readonly unchanged?: true;
}

export interface BaselineOptions {
  /** The flags folder. */
  readonly folder: string;
  /** As it lies on the disk. */
  readonly files: readonly SourceFile[];
  /** A commit that a person named, `false` for none, or the one that suits. */
  readonly choice: string | false | undefined;
  readonly nowMs: number;
}

/** Reads the baseline's flags from its commit; the work tree and the index are left alone. */
export async function readBaseline(options: BaselineOptions): Promise<Comparison> {
  const { folder, files, choice, nowMs } = options;
  const cache = createDocumentCache();
  const none = (why: string): Comparison => ({
    sentence: `Compared with nothing: ${why}.`,
    input: { cache },
    reader: NO_PAST,
  });
  if (choice === false) return none('--no-base was given');
  const checkout = await openCheckout(folder);
  if (checkout === undefined) {
    if (choice !== undefined) throw noCommit(choice, `${folder} is in no Git checkout that git would read`);
    return none('this is no Git checkout');
  }
  const base = choice === undefined ? await checkout.baseline() : await chosenBase(checkout, choice);
  if (base === undefined) return none('there is no commit yet');
  const name = `${base.name} (${base.commit.slice(0, 10)})`;
  const known = await readFilesAt(checkout, base.commit);
  if (choice === undefined && base.name === 'HEAD' && sameFiles(known, files))
    return {
      ...none('the files are those of HEAD, and no other branch is known; --base names a commit'),
      unchanged: true,
    };
  const changes = await checkout.changesUpTo(base.commit);
  const good = await readLastGood({ checkout, files: known, changes, nowMs, cache });
  const { snapshot, refused } = good;
  if (snapshot === undefined) return none(`${name} has no usable guidon.yaml here`);
  const versions = await checkout.versionsUpTo(base.commit);
  const liveBefore = new Set([...versions].filter((version) => !refused.has(version)));
  const past = pastOf(changes, refused);
  return {
    sentence: `Compared with ${name}${lastGoodWords(good, known)}.`,
    ...{ base, input: { previous: snapshot, liveBefore, past, cache, positionsUnknown: true } },
    projectFile: known.find(({ path }) => path === 'guidon.yaml'),
    reader: {
      commits: async () =>
        (await checkout.commitsUpTo(base.commit)).map((change) => ({ ...change, live: false })),
      texts: (blobs) => checkout.readBlobs(blobs),
    },
  };
}

/** Where this branch left the one that is named: what others did there since is not a change of ours. */
async function chosenBase(checkout: Checkout, ref: string): Promise<Baseline> {
  const commit = await checkout.resolve(ref);
  if (commit === undefined) throw noCommit(ref, 'git knows none of this name here; fetch it first');
  const fork = await checkout.mergeBase(commit);
  return fork === undefined || fork === commit
    ? { commit, name: ref }
    : { commit: fork, name: `the merge base with ${ref}` };
}

/** What of the commit was never live, so that nobody takes the comparison for one with its files. */
function lastGoodWords({ kept, refused }: LastGood, known: readonly SourceFile[]): string {
  const stands = new Set(kept.map(({ path }) => path));
  const never = known.filter(({ path, blob }) => refused.has(`${path}:${blob}`) && !stands.has(path));
  const words = [
    ...kept.map(
      ({ path, commit }) =>
        `${path} counts as it was last without errors${commit === undefined ? '' : ` (${commit.slice(0, 10)})`}`,
    ),
    ...never.map(({ path }) => `${path}, which never was without errors, as new`),
  ];
  if (words.length === 0) return '';
  const named = words.length > MOST_NAMED ? [...words.slice(0, MOST_NAMED), 'and so on'] : words;
  return `, where files are refused: ${named.join('; ')}`;
}

const MOST_NAMED = 5;

function sameFiles(known: readonly SourceFile[], files: readonly SourceFile[]): boolean {
  const blobs = new Map(known.map(({ path, blob }) => [path, blob]));
  return blobs.size === files.length && files.every(({ path, blob }) => blobs.get(path) === blob);
}

function noCommit(ref: string, why: string): CliError {
  return new CliError(`There is no commit ${ref} to compare with: ${why}.`, { usage: true });
}
