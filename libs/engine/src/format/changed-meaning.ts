import { createDocumentCache, type LoadInput, load } from '../load/index.js';
import { canonicalJson, type SourceFile } from '../model/index.js';

/**
 * Paths of files of which the loaded model would be another one after formatting: expected to be none, and looked at
 * nevertheless, because what is served comes from the model and not from the text.
 */
export function changedMeaning(
  files: readonly SourceFile[],
  after: readonly SourceFile[],
  nowMs: number,
): string[] {
  // Most files are the same ones in both, and need no second reading.
  const cache = createDocumentCache();
  const known = meanings({ files, nowMs, cache });
  const now = meanings({ files: after, nowMs, cache });
  const paths = [...new Set([...known.keys(), ...now.keys()])];
  return paths.filter((path) => known.get(path) !== now.get(path)).sort();
}

/** By path, what each file means as JSON; nothing where the project file cannot be used. */
function meanings(input: LoadInput): Map<string, string> {
  const { snapshot } = load(input);
  const found = new Map<string, string>();
  if (snapshot === undefined) return found;
  found.set('guidon.yaml', comparable(snapshot.project));
  for (const flag of snapshot.flags.values()) found.set(flag.path, comparable(flag));
  for (const segment of snapshot.segments.values()) found.set(segment.path, comparable(segment));
  for (const tests of snapshot.tests.values()) found.set(tests.path, comparable(tests));
  return found;
}

/** Without the lines of test cases, which formatting may move, and without the order of maps, which has no meaning. */
function comparable(model: object): string {
  const plain = JSON.stringify(model, (key, value: unknown) => {
    if (key === 'line') return undefined;
    return value instanceof Map ? Object.fromEntries(value) : value;
  });
  return canonicalJson(JSON.parse(plain));
}
