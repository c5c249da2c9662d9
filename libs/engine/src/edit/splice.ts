import { isMap, isScalar, isSeq, type Node, Scalar } from 'yaml';
import type { Path } from '../load/problem.js';
import {
  endOf,
  isFlow,
  lineEnd,
  lineStart,
  newlineNear,
  nodeAt,
  pairIn,
  type Source,
  startOf,
  type TextPair,
} from './source.js';
import type { Step } from './step.js';
import { written, writtenLike } from './written.js';

/** The characters from `from` to before `to` give way to `text`. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The source text with the steps done, nothing else touched: indentation, quotes, line ends and comments stay as they are.
 * Undefined where the text has a form that no step knows.
 */
export function spliceSteps(source: Source, steps: readonly Step[]): string | undefined {
  const splices: Splice[] = [];
  for (const step of steps) {
    const splice = spliceOf(source, step);
    if (splice === undefined) return undefined;
    splices.push(splice);
  }
  splices.sort((a, b) => a.from - b.from || a.to - b.to);
  let text = '';
  let done = 0;
  for (const splice of splices) {
    if (splice.from < done) return undefined;
    text += source.text.slice(done, splice.from) + splice.text;
    done = splice.to;
  }
  text += source.text.slice(done);
  // Taking out the last lines of a file without a final line end leaves the one before them.
  return source.text.endsWith('\n') ? text : text.replace(/\r?\n$/, '');
}

function spliceOf(source: Source, step: Step): Splice | undefined {
  switch (step.op) {
    case 'replace':
      return replacement(source, step.at, step.value);
    case 'exchange': {
      const pair = pairAt(source, step.at);
      if (pair === undefined) return undefined;
      const text = `${written(step.key)}: ${written(step.value)}`;
      return { from: startOf(pair.key), to: endOf(source, pair.value ?? pair.key), text };
    }
    case 'add':
      return addition(source, step);
    case 'prepend':
      return prefix(source, step.to, written(step.value));
    case 'remove':
      return removal(source, step.at);
  }
}

function pairAt(source: Source, path: Path): TextPair | undefined {
  const map = nodeAt(source, path.slice(0, -1));
  return isMap(map) ? pairIn(map, String(path.at(-1))) : undefined;
}

function replacement(source: Source, at: Path, value: string | number): Splice | undefined {
  const node = nodeAt(source, at);
  if (!isScalar(node) || node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL)
    return undefined;
  return { from: startOf(node), to: endOf(source, node), text: writtenLike(value, node) };
}

function addition(source: Source, step: Extract<Step, { op: 'add' }>): Splice | undefined {
  const map = nodeAt(source, step.into);
  if (!isMap(map)) return undefined;
  const text = `${written(step.key)}: ${written(step.value)}`;
  if (step.after === undefined) {
    if (isFlow(map)) return afterBracket(source, startOf(map), text);
    const parent = pairAt(source, step.into);
    return parent === undefined ? undefined : lineBelow(source, { place: parent.key, like: map, text });
  }
  const before = pairIn(map, step.after);
  if (before === undefined) return undefined;
  const end = endOf(source, before.value ?? before.key);
  if (isFlow(map)) return { from: end, to: end, text: `, ${text}` };
  return lineBelow(source, { place: before.value ?? before.key, like: map, text });
}

/** A new first item of a list: under the line of its key, so that a comment over the old first item stays with that. */
function prefix(source: Source, to: Path, text: string): Splice | undefined {
  const list = nodeAt(source, to);
  const pair = pairAt(source, to);
  if (!isSeq(list) || pair === undefined) return undefined;
  if (isFlow(list)) return afterBracket(source, startOf(list), text);
  return lineBelow(source, { place: pair.key, like: list, text: `- ${text}` });
}

function afterBracket(source: Source, bracket: number, text: string): Splice {
  const from = bracket + 1;
  const spaced = /\s/.test(source.text[from] ?? '');
  return { from, to: from, text: spaced ? ` ${text},` : `${text}, ` };
}

/** A line of its own below the one on which `place` ends, indented as the collection's other lines. */
function lineBelow(source: Source, line: { place: Node; like: Node; text: string }): Splice {
  const from = lineEnd(source.text, endOf(source, line.place));
  const start = startOf(line.like);
  const indent = ' '.repeat(start - lineStart(source.text, start));
  return { from, to: from, text: `${newlineNear(source.text, from)}${indent}${line.text}` };
}

function removal(source: Source, at: Path): Splice | undefined {
  const map = nodeAt(source, at.slice(0, -1));
  const pair = pairAt(source, at);
  if (!isMap(map) || pair === undefined) return undefined;
  const from = startOf(pair.key);
  const end = endOf(source, pair.value ?? pair.key);
  if (!isFlow(map)) {
    const next = source.text.indexOf('\n', end);
    return { from: lineStart(source.text, from), to: next === -1 ? source.text.length : next + 1, text: '' };
  }
  const index = map.items.indexOf(pair);
  const following = map.items[index + 1] as TextPair | undefined;
  if (following !== undefined) return { from, to: startOf(following.key), text: '' };
  const previous = map.items[index - 1] as TextPair | undefined;
  if (previous === undefined) return undefined;
  return { from: endOf(source, previous.value ?? previous.key), to: end, text: '' };
}
