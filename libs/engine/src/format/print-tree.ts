import type { Branch, Entry, Remark, Tree } from './entry.js';
import { flowText } from './flow-text.js';
import { scalarText, textBlock } from './scalar-text.js';

/** The text of an arranged tree: two spaces a level, at most one blank line, ended by a line feed. */
export function printTree(source: string, { root, head, headGap }: Tree): string {
  const top = remarkLines(head, '').slice(head[0]?.gap === true ? 1 : 0);
  const gap = top.length > 0 && headGap ? [''] : [];
  return `${[...top, ...gap, ...blockLines(source, root, '')].join('\n')}\n`;
}

function blockLines(source: string, branch: Branch, indent: string): string[] {
  const lines = branch.entries.flatMap((entry) => [
    ...remarkLines(entry.before, indent),
    ...(entry.gap ? [''] : []),
    ...entryLines(source, entry, indent),
  ]);
  return [...lines, ...remarkLines(branch.ends, indent)];
}

function remarkLines(remarks: readonly Remark[], indent: string): string[] {
  return remarks.flatMap(({ text, gap }) => (gap ? ['', `${indent}${text}`] : [`${indent}${text}`]));
}

function entryLines(source: string, entry: Entry, indent: string): string[] {
  const { key, value } = entry;
  const head = `${indent}${key === undefined ? '-' : `${scalarText(source, key)}:`}`;
  const beside = entry.beside === undefined ? '' : ` ${entry.beside}`;
  if (value.kind === 'leaf') {
    const block = textBlock(source, value.node);
    if (block === undefined) return [`${head} ${scalarText(source, value.node)}${beside}`];
    const lines = block.lines.map((line) => (line === '' ? '' : `${indent}  ${line}`));
    return [`${head} ${block.header}${beside}`, ...lines];
  }
  if (value.flow) return [`${head} ${flowText(source, value)}${beside}`];
  const below = blockLines(source, value, `${indent}  `);
  if (key !== undefined) return [`${head}${beside}`, ...below];
  const [first = '', ...rest] = below;
  return [`${head} ${first.trimStart()}`, ...rest];
}
