import { isMap, isScalar, isSeq, type LineCounter } from 'yaml';
import type { Path } from './problem.js';
import { parseYaml, positionOf } from './yaml-parse.js';

export type Locate = (path: Path, onKey: boolean) => { line: number; column: number };

/**
 * Finds lines and columns. The tree is parsed again at the first question and kept only by this closure, because most
 * files never have a finding and trees of ten thousand files would fill the memory.
 */
export function locatorOf(text: string): Locate {
  let parsed: ReturnType<typeof parseYaml> | undefined;
  return (path, onKey) => {
    parsed ??= parseYaml(text);
    return positionOf(parsed.lines, offsetOf(parsed.document?.contents, path, onKey));
  };
}

/** The line of every test case, taken while the tree is at hand, because a test model keeps them. */
export function caseLinesOf(root: unknown, lines: LineCounter): readonly number[] {
  const cases = isMap(root) ? root.get('cases', true) : undefined;
  return isSeq(cases) ? cases.items.map((item) => positionOf(lines, startOf(item)).line) : [];
}

/** Where the path stands in the text; where a part is missing, the nearest key above it. */
function offsetOf(root: unknown, path: Path, onKey: boolean): number {
  let node = root;
  let keyOffset = startOf(root);
  for (const [depth, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined) return keyOffset;
      keyOffset = startOf(pair.key);
      node = pair.value ?? pair.key;
    } else if (isSeq(node) && typeof part === 'number' && node.items[part] !== undefined) {
      node = node.items[part];
      keyOffset = startOf(node);
    } else return isScalar(node) ? startOf(node) : keyOffset;
    if (depth === path.length - 1) return onKey || isMap(node) ? keyOffset : startOf(node);
  }
  return keyOffset;
}

function startOf(node: unknown): number {
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[0] ?? 0;
}
