/** Lines around a change that are shown with it. */
const AROUND = 2;
/** Where more lines than this differ in a row, they are shown as a whole instead of being aligned. */
const MOST_ALIGNED = 1_000;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** The lines that go and come, with a few around them; a gap in the text is a line of its own. */
export function lineDiff(before: string, after: string): string[] {
  const lines = compared(linesOf(before), linesOf(after));
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== ' '),
  );
  return lines.flatMap(({ mark, text }, index) => {
    if (!near[index]) return [];
    const opens = index > 0 && !near[index - 1];
    return [...(opens ? ['…'] : []), `${mark} ${shownEnd(text)}`.trimEnd()];
  });
}

/** What comes after the last line end is a line only if something stands there. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1)} (no line end)`];
}

/** A carriage return moves a terminal's cursor; as a mark it shows why the line differs at all. */
function shownEnd(text: string): string {
  return text.replace(/\r$/, '␍');
}

function compared(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (text: string): Line => ({ mark: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...aligned(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** By the longest common subsequence. */
function aligned(before: readonly string[], after: readonly string[]): Line[] {
  const gone = (text: string): Line => ({ mark: '-', text });
  const come = (text: string): Line => ({ mark: '+', text });
  if (before.length > MOST_ALIGNED || after.length > MOST_ALIGNED)
    return [...before.map(gone), ...after.map(come)];
  const lengths = commonLengths(before, after);
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, next] = [before[row], after[column]];
    if (old !== undefined && old === next) {
      lines.push({ mark: ' ', text: old });
      row++;
      column++;
    } else if (next === undefined || (old !== undefined && at(row + 1, column) >= at(row, column + 1))) {
      lines.push(gone(old as string));
      row++;
    } else {
      lines.push(come(next));
      column++;
    }
  }
  return lines;
}

/** How many lines the ends of both texts have in common, from every pair of places on. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  for (let row = before.length - 1; row >= 0; row--) {
    const [own, below] = [lengths[row] as number[], lengths[row + 1] as number[]];
    for (let column = after.length - 1; column >= 0; column--) {
      own[column] =
        before[row] === after[column]
          ? (below[column + 1] as number) + 1
          : Math.max(below[column] as number, own[column + 1] as number);
    }
  }
  return lengths;
}
