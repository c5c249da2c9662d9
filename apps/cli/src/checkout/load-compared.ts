import {
  type CommitChange,
  type CommitStep,
  type LoadInput,
  type LoadResult,
  load,
  stepsOfCommits,
  type WayBackQuestion,
  waysBack,
} from '@guidon/engine/load';

/** Where the past of a checkout is looked up. */
export interface PastReader {
  /** What single commits did, those of merged branches too. */
  commits(): Promise<readonly CommitChange[]>;
  texts(blobs: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Where there is no past, or none that anybody needs. */
export const NO_PAST: PastReader = { commits: async () => [], texts: async () => new Map() };

/**
 * Judges a change, once more with what earlier commits did and said where something jumps or goes: it shows whether the
 * change only goes back. Whatever is still wanted then is not to be had.
 */
export async function loadCompared(input: LoadInput, reader: PastReader): Promise<LoadResult> {
  const first = load(input);
  if (input.past === undefined || first.doubts.length === 0) return first;
  return withPast(input, reader, load);
}

/** Which changes only go back, as `waysBack` says it with all of the past that the checkout has. */
export async function findWaysBack(
  input: LoadInput,
  reader: PastReader,
  questions: readonly WayBackQuestion[],
): Promise<ReadonlySet<string>> {
  if (questions.length === 0) return new Set();
  const { back } = await withPast(input, reader, (whole) => waysBack(whole, questions));
  return back;
}

/** Judges again and again, with the texts that were wanted the last time. */
async function withPast<Judgement extends Pick<LoadResult, 'wanted'>>(
  input: LoadInput,
  reader: PastReader,
  judge: (input: LoadInput) => Judgement,
): Promise<Judgement> {
  const { past } = input;
  const steps: ReadonlyMap<string, readonly CommitStep[]> = stepsOfCommits(await reader.commits());
  const texts = new Map<string, Uint8Array | undefined>();
  const known = {
    stepsOf: (unit: string) => past?.stepsOf(unit) ?? [],
    commitsOf: (unit: string) => steps.get(unit) ?? [],
    textOf: (blob: string) => texts.get(blob),
  };
  for (;;) {
    const result = judge({ ...input, past: known });
    const wanted = [...new Set(result.wanted.map(({ blob }) => blob))].filter((blob) => !texts.has(blob));
    if (wanted.length === 0) return result;
    const found = await reader.texts(wanted);
    for (const blob of wanted) texts.set(blob, found.get(blob));
  }
}
