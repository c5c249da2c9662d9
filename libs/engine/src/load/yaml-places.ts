import { type CST, isMap, isScalar, isSeq } from 'yaml';
import type { Path } from './problem.js';

/** The innermost field that begins at or before an offset; what the parser could make of a torn text is enough. */
export function pathAt(root: unknown, offset: number): Path {
  const path: (string | number)[] = [];
  let node = root;
  for (;;) {
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => startOf(key) <= offset);
      if (pair === undefined || !isScalar(pair.key)) return path;
      path.push(String(pair.key.value));
      node = pair.value;
    } else if (isSeq(node)) {
      const index = node.items.findLastIndex((item) => startOf(item) <= offset);
      // Between two items it is the list that is torn.
      if (index === -1 || endOf(node.items[index]) <= offset) return path;
      path.push(index);
      node = node.items[index];
    } else return path;
  }
}

function startOf(node: unknown): number {
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[0] ?? Number.POSITIVE_INFINITY;
}

function endOf(node: unknown): number {
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[1] ?? Number.POSITIVE_INFINITY;
}

/** Where a comma stands right before the end of a list or map. One at the end of a line is a matter of style. */
export class LastCommas {
  readonly found: number[] = [];
  private last: number | undefined;

  see(type: CST.TokenType | null, offset: number): void {
    const closes = type === 'flow-seq-end' || type === 'flow-map-end';
    if (closes && this.last !== undefined) this.found.push(this.last);
    if (type !== 'space') this.last = type === 'comma' ? offset : undefined;
  }
}
