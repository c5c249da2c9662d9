import { isScalar, parseDocument, visit } from 'yaml';

/**
 * One slip of a hand on a good file. `key` and `value` are typos, the rest are named after what happens; together they
 * are what a reviewer overlooks, and the mutation test says which share of them the language lets through.
 */
export type EditClass = 'key' | 'value' | 'line' | 'indent' | 'quote' | 'bracket' | 'number';

export interface Edit {
  readonly class: EditClass;
  /** Starts at 1. */
  readonly line: number;
  /** What was done, for the report: `drop "r" in environments`. */
  readonly what: string;
  readonly text: string;
  /**
   * For a typo: in the middle of its word. Counting only these, and every edit of another class, weighs each word alike,
   * so that long descriptions, in which no typo matters, do not flatter the share.
   */
  readonly typical: boolean;
}

interface Token {
  readonly role: 'key' | 'value' | 'number';
  readonly start: number;
  readonly end: number;
}

/** Every single slip of every class on this text, in the order of classes and places. Comments are left alone. */
export function everyEdit(text: string): Edit[] {
  const tokens = readTokens(text);
  return [
    ...tokens.flatMap((token) => (token.role === 'number' ? numberEdits(text, token) : typos(text, token))),
    ...lineEdits(text),
    ...indentEdits(text),
    ...lostMarks(text),
  ].filter((edit) => edit.text !== text);
}

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  visit(parseDocument(text, { version: '1.2', schema: 'core' }), {
    Scalar(place, node) {
      if (!isScalar(node) || node.range === null || node.range === undefined) return;
      const [start, end] = node.range;
      const role = place === 'key' ? 'key' : typeof node.value === 'number' ? 'number' : 'value';
      tokens.push({ role, start, end });
    },
  });
  return tokens;
}

/** Swap with the next, drop, double, replace: at every letter and digit of the token. */
function typos(text: string, { role, start, end }: Token): Edit[] {
  const edits: Edit[] = [];
  const token = text.slice(start, end);
  const line = lineAt(text, start);
  for (let at = start; at < end; at += 1) {
    const letter = text[at] as string;
    if (!/[A-Za-z0-9]/.test(letter)) continue;
    const next = text[at + 1] as string;
    const put = (verb: string, from: number, to: number, insert: string) =>
      edits.push({
        class: role === 'key' ? 'key' : 'value',
        line,
        typical: at === start + Math.floor((end - start - 1) / 2),
        what: `${verb} "${letter}" in ${token}`,
        text: text.slice(0, from) + insert + text.slice(to),
      });
    put('drop', at, at + 1, '');
    put('double', at, at, letter);
    put('replace', at, at + 1, neighbour(letter));
    if (at + 1 < end && /[A-Za-z0-9]/.test(next)) put('swap', at, at + 2, next + letter);
  }
  return edits;
}

/** The key beside it on the keyboard; any other letter would do. */
function neighbour(letter: string): string {
  const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '0123456789'];
  const lower = letter.toLowerCase();
  const row = rows.find((keys) => keys.includes(lower)) as string;
  const next = row[(row.indexOf(lower) + 1) % row.length] as string;
  return letter === lower ? next : next.toUpperCase();
}

/** Spellings that other tools print or that a finger makes: 2.10, 017, +47, 1e3, ten times too much, a digit less. */
function numberEdits(text: string, { start, end }: Token): Edit[] {
  const number = text.slice(start, end);
  const decimal = number.includes('.');
  const spellings = [
    decimal ? `${number}0` : `${number}.0`,
    `0${number}`,
    `+${number}`,
    `-${number}`,
    Number(number).toExponential().replace('+', ''),
    decimal ? number.replace('.', '') : `${number}0`,
    decimal ? number.replace('.', ',') : `${number}.`,
    number.replace(/^0(?=\.)/, ''),
    number.slice(0, -1),
    number.slice(1),
    number.slice(0, -1) + neighbour(number.at(-1) as string),
    neighbour(number[0] as string) + number.slice(1),
  ];
  const line = lineAt(text, start);
  return [...new Set(spellings)].map((spelling) => ({
    class: 'number' as const,
    line,
    typical: true,
    what: `${number} becomes ${spelling === '' ? 'nothing' : spelling}`,
    text: text.slice(0, start) + spelling + text.slice(end),
  }));
}

function lineEdits(text: string): Edit[] {
  const lines = text.split('\n');
  return lines.flatMap((content, index) =>
    isBlankOrComment(content)
      ? []
      : [
          {
            class: 'line' as const,
            line: index + 1,
            typical: true,
            what: `lose: ${content.trim()}`,
            text: lines.filter((_, other) => other !== index).join('\n'),
          },
        ],
  );
}

function indentEdits(text: string): Edit[] {
  const lines = text.split('\n');
  return lines.flatMap((content, index) =>
    isBlankOrComment(content)
      ? []
      : [-2, -1, 1, 2].flatMap((by) => {
          const indent = content.length - content.trimStart().length;
          if (indent + by < 0) return [];
          const moved = ' '.repeat(indent + by) + content.trimStart();
          return [
            {
              class: 'indent' as const,
              line: index + 1,
              typical: true,
              what: `move by ${by}: ${content.trim()}`,
              text: lines.map((line, other) => (other === index ? moved : line)).join('\n'),
            },
          ];
        }),
  );
}

function lostMarks(text: string): Edit[] {
  const edits: Edit[] = [];
  let line = 1;
  let comment = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at] as string;
    if (mark === '\n') {
      line += 1;
      comment = false;
    }
    if (mark === '#' && (at === 0 || /\s/.test(text[at - 1] as string))) comment = true;
    if (comment || !'"[]{}'.includes(mark)) continue;
    edits.push({
      class: mark === '"' ? 'quote' : 'bracket',
      line,
      typical: true,
      what: `lose ${mark} in: ${text.split('\n')[line - 1]?.trim()}`,
      text: text.slice(0, at) + text.slice(at + 1),
    });
  }
  return edits;
}

function isBlankOrComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
