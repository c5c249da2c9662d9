import type { FindingCode } from '../schema/index.js';

/** Keys and list positions from the root of a document. */
export type Path = readonly (string | number)[];

/** Identity of a file across moves: `project`, `segment:<key>`, `flag:<key>`, `test:<key>`. */
export type UnitId = string;

/** One thing that is wrong, before it has a line: where in the document, what, and which other files it depends on. */
export interface Problem {
  readonly at: Path;
  /** Point at the key instead of the value. */
  readonly onKey?: true;
  readonly code: FindingCode;
  readonly sentence: string;
  readonly fix?: string;
  /** Known already for problems of the text itself. */
  readonly position?: { readonly line: number; readonly column: number };
  /** Files whose change may be the cause when this one has not changed. */
  readonly needs?: readonly UnitId[];
}

export function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Shows a value in a sentence, short enough to read. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Whether a path is, or lies below, another one. */
export function isWithin(path: Path, above: Path): boolean {
  return above.every((part, index) => path[index] === part);
}
