import { type FileChange, LiveHistory, type LoadInput, type LoadResult, load } from '../../src/load/index.js';

/**
 * A store's memory as a server keeps it: judges each revision with it, and takes in what becomes live. What is
 * held somebody accepts.
 */
export interface KeptPast {
  judge(input: LoadInput): LoadResult;
  /** One that goes on by itself. */
  copy(): KeptPast;
}

export function pastOf(
  told: readonly (readonly FileChange[])[] = [],
  texts = new Map<string, Uint8Array>(),
): KeptPast {
  const revisions = [...told];
  const history = new LiveHistory();
  const liveBefore = new Set<string>();
  const take = (changes: readonly FileChange[]) => {
    history.take(changes);
    for (const { path, blob } of changes) if (blob !== undefined) liveBefore.add(`${path}:${blob}`);
  };
  for (const changes of revisions) take(changes);
  return {
    judge(input) {
      for (const { blob, bytes } of input.files) texts.set(blob, bytes);
      const result = judged(input, history, { liveBefore, texts });
      const changes = changesOf(`r${revisions.length}`, input, result);
      revisions.push(changes);
      take(changes);
      return result;
    },
    copy: () => pastOf(revisions, texts),
  };
}

interface Kept {
  readonly liveBefore: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, Uint8Array>;
}

/** Twice where earlier texts are wanted, as everybody does who does not hold all of them. */
function judged(input: LoadInput, history: LiveHistory, { liveBefore, texts }: Kept): LoadResult {
  const told = { ...input, ...(input.previous === undefined ? {} : { liveBefore }) };
  const past = { stepsOf: (unit: string) => history.stepsOf(unit) };
  const strict = load({ ...told, past });
  if (strict.wanted.length === 0) return strict;
  return load({ ...told, past: { ...past, textOf: (blob) => texts.get(blob) } });
}

function changesOf(revision: string, { previous }: LoadInput, { snapshot }: LoadResult): FileChange[] {
  const [old, now] = [previous?.files, snapshot?.files];
  if (now === undefined) return [];
  const came = [...now.values()].filter(({ path, blob }) => old?.get(path)?.blob !== blob);
  const gone = [...(old?.keys() ?? [])].filter((path) => !now.has(path));
  return [
    ...came.map(({ path, blob }) => ({ revision, path, blob })),
    ...gone.map((path) => ({ revision, path, blob: undefined })),
  ];
}
