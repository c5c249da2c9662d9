import { CST, Lexer } from 'yaml';
import type { Branch, Entry, Remark, Tree } from './entry.js';
import { isGapAbove, lineStart } from './lines.js';

interface Comment extends Remark {
  readonly offset: number;
  readonly column: number;
  /** Nothing stands before it on its line. */
  readonly alone: boolean;
}

/**
 * Gives every comment to what it speaks of: one behind something to that, one on a line of its own to what follows, or
 * to the end of the block in which its indentation puts it. What speaks of the whole file stays at the top: everything
 * up to a blank line before the first key, and lines that editors read.
 */
export function placeComments(text: string, tree: Tree): void {
  for (const comment of commentsIn(text)) {
    if (comment.alone) placeAlone(tree.root, comment);
    else placeBeside(text, tree.root, comment);
  }
  takeHead(tree);
}

function commentsIn(text: string): Comment[] {
  const comments: Comment[] = [];
  let offset = 0;
  let afterScalarMark = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null = afterScalarMark ? null : CST.tokenType(lexeme);
    afterScalarMark = type === 'scalar';
    if (type === 'comment') {
      const start = lineStart(text, offset);
      const alone =
        text
          .slice(start, offset)
          .replace(/^\uFEFF/, '')
          .trim() === '';
      const gap = alone && isGapAbove(text, offset);
      comments.push({ text: lexeme.trimEnd(), offset, column: offset - start, alone, gap });
    }
    // Marks that the lexer inserts without a character of the source behind them.
    if (type !== 'doc-mode' && type !== 'flow-error-end' && type !== 'scalar') offset += lexeme.length;
  }
  return comments;
}

function placeAlone(branch: Branch, comment: Comment): void {
  const { offset } = comment;
  const around = branch.entries.find(({ from, to }) => from < offset && offset < to);
  if (around !== undefined) {
    const { value } = around;
    if (value.kind !== 'leaf' && value.from < offset) placeAlone(value, comment);
    else if (value.kind === 'leaf' || value.flow) putOver(around, comment.text);
    else value.entries[0]?.before.push(comment);
    return;
  }
  const next = branch.entries.find(({ from }) => from > offset);
  const previous = branch.entries.findLast(({ to }) => to <= offset);
  if (branch.flow) {
    if (next === undefined) branch.ends.push(comment);
    else next.before.push(comment);
    return;
  }
  const least = next === undefined ? -1 : next.column;
  const inner = openBlocks(branch, previous, next === undefined).findLast(
    ({ column }) => least < column && column <= comment.column,
  );
  if (inner !== undefined) inner.ends.push(comment);
  else if (next !== undefined) next.before.push(comment);
  else branch.ends.push(comment);
}

/** The blocks that end with an entry, outermost first: a comment after it may still belong to any of them. */
function openBlocks(branch: Branch, last: Entry | undefined, withBranch: boolean): Branch[] {
  const open = withBranch ? [branch] : [];
  for (let entry = last; entry !== undefined; ) {
    const { value } = entry;
    if (value.kind === 'leaf' || value.flow) break;
    open.push(value);
    entry = value.entries.at(-1);
  }
  return open;
}

function placeBeside(text: string, branch: Branch, comment: Comment): void {
  const at = text.slice(0, comment.offset).trimEnd().length - 1;
  const around = branch.entries.find(({ from, to }) => from <= at && at < to);
  if (around === undefined) {
    // Behind a comma, or behind the marks at which a document begins and ends.
    const previous = branch.entries.findLast(({ to }) => to <= at);
    const next = branch.entries.find(({ from }) => from > at);
    if (text[at] === ',' && previous !== undefined) putBeside(previous, comment);
    else if (next !== undefined) next.before.push({ ...comment, gap: false });
    else branch.ends.push({ ...comment, gap: false });
    return;
  }
  const { value } = around;
  const isMark = at === around.from && (around.key?.range?.[0] ?? value.from) !== at;
  if (isMark) putOver(around, comment.text);
  else if (value.kind === 'leaf' || at < value.from) putBeside(around, comment);
  else if (value.flow && (at === value.from || at === value.to - 1)) putBeside(around, comment);
  else placeBeside(text, value, comment);
}

function putBeside(entry: Entry, { text }: Comment): void {
  if (entry.beside === undefined) entry.beside = text;
  else putOver(entry, text);
}

/** What stood inside an entry goes over it; a blank line there was over both. */
export function putOver(entry: Entry, text: string): void {
  entry.before.push({ text, gap: entry.gap });
  entry.gap = false;
}

function takeHead(tree: Tree): void {
  const first = tree.root.entries[0];
  if (first === undefined) return;
  const { before } = first;
  const lastGap = first.gap ? before.length : before.findLastIndex(({ gap }) => gap);
  const lastModeline = before.findLastIndex(({ text }) => /^# (yaml-language-server|vim?|ex):/.test(text));
  const length = Math.max(lastGap, lastModeline + 1, 0);
  if (length === 0) return;
  tree.head.push(...before.splice(0, length));
  // The blank line is the head's, wherever the first entry goes.
  tree.headGap = before[0]?.gap ?? first.gap;
  if (before[0] === undefined) first.gap = false;
  else before[0] = { ...before[0], gap: false };
}
