import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Scalar, type YAMLMap } from 'yaml';
import { LIMITS } from '../model/index.js';
import { whyNumberRefused } from './number-spelling.js';
import type { Path, Problem } from './problem.js';
import { shown } from './problem.js';
import { whyPlainTextRefused } from './unquoted-forms.js';
import { positionOf, tooDeep } from './yaml-parse.js';

/** Plain data out of a syntax tree. Maps have no prototype. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

interface Walk {
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

/** Turns the tree into plain data and reports every blank, odd number, odd key and text that needs quotes. */
export function walkYaml(root: unknown, lines: LineCounter): { data: Plain; problems: readonly Problem[] } {
  const walk: Walk = { lines, problems: [] };
  const data = plain(walk, root, []);
  return { data, problems: walk.problems };
}

function plain(walk: Walk, node: unknown, path: Path): Plain {
  if (path.length > LIMITS.yamlDepth) {
    if (!walk.problems.some((problem) => problem.code === 'too-deep')) {
      walk.problems.push({ ...tooDeep(place(walk, node)), at: path.slice(0, 8) });
    }
    return null;
  }
  if (isMap(node)) return plainMap(walk, node, path);
  if (isSeq(node)) {
    if (node.items.length === 0)
      report(walk, node, path, { code: 'empty-collection', sentence: 'This list is empty.' });
    return node.items.map((item, index) => plain(walk, item, [...path, index]));
  }
  if (isScalar(node)) return plainScalar(walk, node, path);
  // Aliases are reported by their token.
  if (!isAlias(node)) report(walk, node, path, blank(path));
  return null;
}

function plainMap(walk: Walk, map: YAMLMap, path: Path): Plain {
  const data = Object.create(null) as { [key: string]: Plain };
  if (map.items.length === 0)
    report(walk, map, path, { code: 'empty-collection', sentence: 'This map is empty.' });
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    if (typeof key !== 'string') {
      report(walk, pair.key ?? map, path, {
        code: 'key-not-text',
        sentence: `${shown(key ?? null)} is a key that is not text.`,
      });
      continue;
    }
    const at = [...path, key];
    if (isTorn(key)) {
      report(walk, pair.key, at, torn(key));
      continue;
    }
    if (!isNameStart(key, path)) {
      report(walk, pair.key, at, {
        code: 'bad-name',
        sentence: `${shown(key)} does not begin with a letter.`,
      });
      continue;
    }
    if (isScalar(pair.key) && isOverLines(walk, pair.key)) report(walk, pair.key, at, overLines(key));
    data[key] = pair.value === null ? plainBlank(walk, pair.key, at) : plain(walk, pair.value, at);
  }
  return data;
}

const FLAG_KEY_MAPS: ReadonlySet<unknown> = new Set(['requires', 'flags', 'flag']);

/** Names begin with a letter; flag keys, which `requires`, `flag` and `flags` have for keys, may begin with a digit. */
function isNameStart(key: string, path: Path): boolean {
  return /^\p{L}/u.test(key) || (FLAG_KEY_MAPS.has(path.at(-1)) && /^\d/.test(key));
}

function plainBlank(walk: Walk, node: unknown, at: Path): null {
  report(walk, node, at, blank(at));
  return null;
}

function plainScalar(walk: Walk, node: Scalar, path: Path): Plain {
  const { value } = node;
  if (value === null || value === undefined) {
    report(walk, node, path, blank(path));
    return null;
  }
  if (typeof value === 'number') {
    const why = whyNumberRefused(node.source ?? '', value);
    if (why !== undefined) report(walk, node, path, why);
    return value;
  }
  if (typeof value === 'string') {
    const why = whyTextRefused(walk, node, path);
    if (why !== undefined) report(walk, node, path, why);
    return value;
  }
  if (typeof value === 'boolean') return value;
  report(walk, node, path, {
    code: 'wrong-type',
    sentence: `${shown(String(value))} is not text, number, true or false.`,
  });
  return null;
}

function whyTextRefused(
  walk: Walk,
  node: Scalar,
  path: Path,
): Pick<Problem, 'code' | 'sentence'> | undefined {
  const value = String(node.value);
  if (isTorn(value)) return torn(value);
  if (value.trim() === '') {
    return mayBeEmpty(path)
      ? undefined
      : { code: 'blank', sentence: `"${String(path.at(-1) ?? '')}" is empty text.` };
  }
  if (node.type !== 'PLAIN') return undefined;
  if (isOverLines(walk, node)) return overLines(value);
  return whyPlainTextRefused(value, path);
}

/** Half of a character, or the zero byte: neither survives UTF-8, a hash and a database unchanged. */
function isTorn(text: string): boolean {
  return /[\0\p{Cs}]/u.test(text);
}

function torn(text: string): Pick<Problem, 'code' | 'sentence'> {
  return { code: 'torn-text', sentence: `${shown(text)} holds a zero byte or half of a character.` };
}

/** Empty text is allowed as a salt, as a condition's value and inside a variant (sentence 3). */
function mayBeEmpty(path: Path): boolean {
  return (
    path.at(-1) === 'salt' || path.includes('when') || path.includes('audience') || path[0] === 'variants'
  );
}

function isOverLines(walk: Walk, node: Scalar): boolean {
  if (node.type !== 'PLAIN' || !node.source?.includes(' ') || !node.range) return false;
  return walk.lines.linePos(node.range[0]).line !== walk.lines.linePos(node.range[1]).line;
}

function overLines(value: string): Pick<Problem, 'code' | 'sentence'> {
  return { code: 'text-over-lines', sentence: `The unquoted text ${shown(value)} runs over several lines.` };
}

function blank(path: Path): Pick<Problem, 'code' | 'sentence'> {
  const last = path.at(-1);
  const what = last === undefined ? 'The file' : typeof last === 'number' ? 'This item' : `"${last}"`;
  return { code: 'blank', sentence: `${what} is blank.` };
}

function place(walk: Walk, node: unknown): { line: number; column: number } {
  const range = (node as { range?: readonly number[] } | null)?.range;
  return positionOf(walk.lines, range?.[0] ?? 0);
}

function report(walk: Walk, node: unknown, at: Path, what: Pick<Problem, 'code' | 'sentence' | 'fix'>): void {
  walk.problems.push({ ...what, at, position: place(walk, node) });
}
