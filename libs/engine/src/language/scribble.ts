import type { Plain } from '../load/yaml-walk.js';
import { type Draw, drawFrom } from './draw-from.js';

/** A text that says what the data says, in no good order, with comments in every position, and where each belongs. */
export interface Scribble {
  readonly text: string;
  readonly notes: readonly Note[];
}

export interface Note {
  /** The comment, unique in the text. */
  readonly text: string;
  /** Over an entry, on its line, or at the end of the block that the path names. */
  readonly where: 'over' | 'beside' | 'end';
  readonly path: readonly (string | number)[];
}

type Path = Note['path'];
export function scribble(data: Plain, seed: number): Scribble {
  const draw = drawFrom(seed);
  const hand = new Hand(draw);
  const lines = hand.map(data as { [key: string]: Plain }, 0, []);
  // Comments at the very top: what stands over a blank line there speaks of the file and is looked at apart.
  const opened = draw() < 0.3 ? ['---', ...lines] : lines;
  const end = draw() < 0.5 ? '\n' : draw() < 0.5 ? '\n\n\n' : '';
  const text = opened.join('\n') + end;
  return { text: draw() < 0.3 ? text.replaceAll('\n', '\r\n') : text, notes: hand.notes };
}

const WORD = /^[A-Za-z][A-Za-z0-9._/+-]*$/;

class Hand {
  readonly notes: Note[] = [];
  /** Inside a variant, `on` and `off` need quotes. */
  private inVariants = false;
  /** The value that was written last is a list whose dashes stand at the column of its key. */
  private wasFlush = false;

  constructor(private readonly draw: Draw) {}

  map(data: { [key: string]: Plain }, indent: number, path: Path): string[] {
    const pairs = this.shuffled(Object.entries(data));
    const lines = pairs.flatMap(([key, value]) => {
      const at = [...path, key];
      if (path.length === 0) this.inVariants = key === 'variants';
      const head = `${' '.repeat(indent)}${this.quoted(key)}${this.chance(0.1) ? ' ' : ''}:`;
      return [...this.over(indent, at), ...this.value(value, { head, indent, at })];
    });
    // Under a list that is not indented a comment at this column would be the list's own.
    return this.wasFlush ? lines : [...lines, ...this.ends(indent, path)];
  }

  private list(items: readonly Plain[], indent: number, path: Path): string[] {
    const lines = items.flatMap((item, index) => {
      const at = [...path, index];
      const pad = ' '.repeat(indent);
      const over = this.over(indent, at);
      if (isMap(item) && this.chance(0.7)) return [...over, ...this.dashed(item, indent, at)];
      return [...over, ...this.value(item, { head: `${pad}-`, indent, at })];
    });
    return [...lines, ...this.ends(indent, path)];
  }

  /** A map whose first key stands behind the dash. */
  private dashed(item: { [key: string]: Plain }, indent: number, at: Path): string[] {
    const gap = 2 + this.below(3);
    const lines = this.map(item, indent + gap, at);
    const first = lines.findIndex((line) => /^ *[^ #]/.test(line));
    const [opening = '', ...rest] = lines.slice(first);
    // What stands over the first key cannot stand behind the dash, so it goes over it.
    const led = lines.slice(0, first);
    for (const [index, note] of this.notes.entries()) {
      if (led.some((line) => line.trim() === note.text)) this.notes[index] = { ...note, path: at };
    }
    const over = led.map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line.trim()}`));
    return [...over, `${' '.repeat(indent)}-${' '.repeat(gap - 1)}${opening.trimStart()}`, ...rest];
  }

  private value(value: Plain, line: { head: string; indent: number; at: Path }): string[] {
    const flush = !line.head.trimEnd().endsWith('-') && this.chance(0.3);
    const lines = this.written(value, line, flush);
    this.wasFlush = flush && Array.isArray(value);
    return lines;
  }

  private written(value: Plain, line: { head: string; indent: number; at: Path }, flush: boolean): string[] {
    const { head, indent, at } = line;
    if (value === null || typeof value !== 'object') return this.scalar(value, line);
    const deeper = indent + 1 + this.below(4);
    const style = this.draw();
    if (style < 0.3) return [`${head} ${this.inline(value)}${this.beside(at)}`];
    if (style < 0.5) return this.bracketed(value, line);
    const opening = `${head}${this.beside(at)}`;
    if (!Array.isArray(value)) return [opening, ...this.map(value, deeper, at)];
    return [opening, ...this.list(value, flush ? indent : deeper, at)];
  }

  private scalar(
    value: string | number | boolean | null,
    { head, indent, at }: { head: string; indent: number; at: Path },
  ): string[] {
    const pad = ' '.repeat(indent + 1 + this.below(3));
    if (typeof value === 'string' && value.includes('\n')) {
      const body = value.replace(/\n$/, '').split('\n');
      const chomp = value.endsWith('\n') ? '' : '-';
      return [`${head} |${chomp}${this.beside(at)}`, ...body.map((text) => (text === '' ? '' : pad + text))];
    }
    const text = typeof value === 'string' ? this.quoted(value) : String(value);
    if (this.chance(0.9)) return [`${head} ${text}${this.beside(at)}`];
    const between = this.chance(0.5) ? [`${pad}${this.note('over', at)}`] : [];
    return [head, ...between, `${pad}${text}${this.beside(at)}`];
  }

  /** In brackets over several lines, where comments may stand too. */
  private bracketed(
    value: Exclude<Plain, string | number | boolean | null>,
    { head, indent, at }: { head: string; indent: number; at: Path },
  ): string[] {
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const pad = ' '.repeat(indent + 1 + this.below(4));
    const entries: [string | number, Plain][] = Array.isArray(value)
      ? [...value.entries()]
      : this.shuffled(Object.entries(value));
    const lines = entries.flatMap(([key, item], index) => {
      const path = [...at, key];
      const own = this.chance(0.2) ? [`${pad}${this.note('over', path)}`] : [];
      const text = `${typeof key === 'number' ? '' : `${this.quoted(key)}: `}${this.inline(item)}`;
      const comma = index < entries.length - 1 || this.chance(0.2) ? ',' : '';
      return [...own, `${pad}${text}${comma}${this.beside(path)}`];
    });
    const end = this.chance(0.15) ? [`${pad}${this.note('end', at)}`] : [];
    return [`${head} ${open}`, ...lines, ...end, `${' '.repeat(indent + 1)}${close}${this.beside(at)}`];
  }

  private inline(value: Plain): string {
    if (typeof value === 'string') return this.quoted(value);
    if (value === null || typeof value !== 'object') return String(value);
    const space = this.chance(0.5) ? ' ' : '';
    if (Array.isArray(value)) return `[${space}${value.map((item) => this.inline(item)).join(', ')}${space}]`;
    const pairs = this.shuffled(Object.entries(value));
    return `{${space}${pairs.map(([key, item]) => `${this.quoted(key)}: ${this.inline(item)}`).join(',  ')}${space}}`;
  }

  private quoted(text: string): string {
    const style = this.draw();
    const doubtful = this.inVariants ? /^(true|false|null|yes|no|on|off|y|n)$/i : /^(true|false|null)$/i;
    if (WORD.test(text) && !doubtful.test(text) && style < 0.6) return text;
    if (style < 0.8 && !/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", "''")}'`;
    return JSON.stringify(text);
  }

  private over(indent: number, at: Path): string[] {
    const lines: string[] = [];
    const atTop = this.notes.length === 0 && at.length === 1;
    if (this.chance(0.2)) lines.push(...Array.from({ length: 1 + this.below(3) }, () => ''));
    while (this.chance(0.25)) {
      lines.push(`${' '.repeat(indent)}${this.note('over', at)}`);
      if (!atTop && this.chance(0.2)) lines.push('');
    }
    return lines;
  }

  private beside(at: Path): string {
    return this.chance(0.3) ? `${' '.repeat(1 + this.below(4))}${this.note('beside', at)}` : '';
  }

  private ends(indent: number, path: Path): string[] {
    if (path.length === 0 || !this.chance(0.1)) return [];
    return [...(this.chance(0.3) ? [''] : []), `${' '.repeat(indent)}${this.note('end', path)}`];
  }

  private note(where: Note['where'], path: Path): string {
    const text = `# note ${this.notes.length}: "${where}" [${path.join(', ')}] #${this.below(10)}`;
    this.notes.push({ text, where, path });
    return text;
  }

  private chance(share: number): boolean {
    return this.draw() < share;
  }

  private below(limit: number): number {
    return Math.floor(this.draw() * limit);
  }

  private shuffled<Item>(items: readonly Item[]): Item[] {
    const keyed = items.map((item) => ({ item, rank: this.draw() }));
    return keyed.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
  }
}

function isMap(value: Plain): value is { [key: string]: Plain } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
