import { CliError } from '../cli-error.js';

/** The text of one context and the line on which it begins. */
export interface Piece {
  readonly text: string;
  readonly line: number;
}

/** A context beyond this is none: a line without an end must not fill the memory. */
const LONGEST = 1_048_576;

/** Cuts a stream of text into contexts: lines, or the elements of one array, whichever the first character says. */
export class ContextSplitter {
  #mode: 'unknown' | 'lines' | 'array' | 'done' = 'unknown';
  #rest = '';
  /** Of the first character of `#rest`. */
  #line = 1;

  constructor(private readonly shown: string) {}

  push(chunk: string): Piece[] {
    this.#rest += chunk;
    if (this.#mode === 'unknown') this.#begin();
    const pieces = this.#mode === 'lines' ? this.#lines() : this.#elements();
    if (this.#rest.length > LONGEST)
      throw this.#wrong(`begins a context of more than ${LONGEST / 1_048_576} MiB`);
    return pieces;
  }

  end(): Piece[] {
    if (this.#mode === 'lines') {
      const last = { text: this.#rest, line: this.#line };
      return last.text.trim() === '' ? [] : [last];
    }
    if (this.#mode === 'array') throw this.#wrong('the array has no end: ] is missing');
    return [];
  }

  #begin(): void {
    this.#rest = this.#rest.replace(/^\uFEFF/, '');
    this.#skipBlank();
    if (this.#rest === '') return;
    this.#mode = this.#rest.startsWith('[') ? 'array' : 'lines';
    if (this.#mode === 'array') this.#rest = this.#rest.slice(1);
  }

  #lines(): Piece[] {
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    const first = this.#line;
    this.#line += lines.length;
    return lines
      .map((text, index) => ({ text, line: first + index }))
      .filter(({ text }) => text.trim() !== '');
  }

  #elements(): Piece[] {
    const pieces: Piece[] = [];
    while (this.#mode !== 'unknown') {
      this.#skipBlank();
      const [first] = this.#rest;
      if (first === undefined) break;
      if (this.#mode === 'done') throw this.#wrong('something follows the array');
      if (first === ']') this.#mode = 'done';
      if (first === ']' || first === ',') {
        this.#rest = this.#rest.slice(1);
        continue;
      }
      if (first !== '{') throw this.#wrong(`an object is wanted here, not ${first}`);
      const end = endOfObject(this.#rest);
      if (end < 0) break;
      const text = this.#rest.slice(0, end);
      pieces.push({ text, line: this.#line });
      this.#line += text.split('\n').length - 1;
      this.#rest = this.#rest.slice(end);
    }
    return pieces;
  }

  #skipBlank(): void {
    const blank = /^\s*/.exec(this.#rest)?.[0] ?? '';
    this.#line += blank.split('\n').length - 1;
    this.#rest = this.#rest.slice(blank.length);
  }

  #wrong(sentence: string): CliError {
    return new CliError(`${this.shown}:${this.#line} ${sentence}.`, { usage: true });
  }
}

/** Where the object at the beginning of a text ends; -1 when it does not. */
function endOfObject(text: string): number {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inText) {
      if (character === '\\') i += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}
