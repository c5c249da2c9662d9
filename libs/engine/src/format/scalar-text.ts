import { Scalar } from 'yaml';

/** Words that need no quotes anywhere, brackets included, and that no reader of YAML takes for anything but text. */
const PLAIN_WORD = /^[A-Za-z][A-Za-z0-9._/+-]*$|^\d{4}-\d{2}-\d{2}$/;
const DOUBTFUL_WORD = /^(null|true|false|yes|no|on|off|y|n)$/i;

/** A key or value on one line. Quotes go where a single word cannot be mistaken, and are double ones otherwise. */
export function scalarText(source: string, node: Scalar): string {
  const { value, type } = node;
  if (typeof value === 'number') return node.source ?? String(value);
  if (typeof value !== 'string') return String(value);
  if (type === Scalar.PLAIN) return value;
  if (PLAIN_WORD.test(value) && !DOUBTFUL_WORD.test(value)) return value;
  const [from, to] = node.range as [number, number, number];
  const written = source.slice(from, to);
  if (type === Scalar.QUOTE_DOUBLE && !/[\r\n]/.test(written)) return written;
  // Backslashes and quotation marks, as regular expressions have them, stay readable in single quotes.
  if (type === Scalar.QUOTE_SINGLE && /["\\]/.test(value) && !/\p{Cc}/u.test(value))
    return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value);
}

/** A text block as its header and its lines without their indentation; undefined where it is plain or an odd one. */
export function textBlock(source: string, node: Scalar): { header: string; lines: string[] } | undefined {
  if (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED) return undefined;
  const [from, to] = node.range as [number, number, number];
  const [first = '', ...rest] = source.slice(from, to).split(/\r?\n/);
  const header = /^[|>]-?(?=\s|$)/.exec(first)?.[0];
  const indent = /^ */.exec(rest.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  // Digits, a plus and tabs in the indentation: the value is kept in quotes instead.
  if (header === undefined || indent === 0) return undefined;
  const lines = rest.map((line) => line.slice(indent));
  while (lines.at(-1)?.trim() === '') lines.pop();
  return { header, lines };
}
