import { Composer, CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { LIMITS } from '../model/index.js';
import { type Path, type Problem, shown } from './problem.js';
import { LastCommas, pathAt } from './yaml-places.js';

export interface ParsedYaml {
  readonly document: Document.Parsed | undefined;
  readonly lines: LineCounter;
  readonly problems: readonly Problem[];
  /** Odd, but legal. */
  readonly warnings: readonly Problem[];
}

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  uniqueKeys: true,
  strict: true,
  prettyErrors: false,
} as const;

/**
 * Text to syntax tree. Comments, anchors, aliases, tags and directives are judged on the lexer's tokens, because the
 * tree forgets some of them; every warning of the parser is an error.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  // The parser tells the counter of the first line only when it is given the text, not the lexemes.
  lines.addNewLine(0);
  const refused = whyConflicting(text) ?? whyTooDeep(text);
  if (refused !== undefined) return { document: undefined, lines, problems: [refused], warnings: [] };
  const { tokens, marks, commas } = readTokens(text, lines);
  const documents = [
    ...new Composer({ ...OPTIONS, lineCounter: lines }).compose(tokens),
  ] as Document.Parsed[];
  const placed = (offset: number) => ({
    at: pathAt(documents[0]?.contents, offset),
    position: positionOf(lines, offset),
  });
  const problems: Problem[] = marks.map(({ offset, problem }) => ({ ...problem, ...placed(offset) }));
  for (const document of documents) {
    for (const issue of [...document.errors, ...document.warnings]) {
      // A tag is reported once, by its token.
      if (issue.code === 'TAG_RESOLVE_FAILED') continue;
      const place = placed(issue.pos[0]);
      problems.push({ ...syntaxProblem(issue, place.at), ...place });
    }
  }
  const second = documents[1];
  if (second !== undefined) {
    const position = positionOf(lines, second.range[0]);
    problems.push({
      at: [],
      code: 'multiple-documents',
      sentence: 'A second document begins here.',
      position,
    });
  }
  const warnings = commas.map((offset) => ({ ...TRAILING_COMMA, ...placed(offset) }));
  return { document: documents[0], lines, problems, warnings };
}

function readTokens(
  text: string,
  lines: LineCounter,
): { tokens: CST.Token[]; marks: Mark[]; commas: number[] } {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  const marks: Mark[] = [];
  const commas = new LastCommas();
  let offset = 0;
  let afterScalarMark = false;
  let alone = true;
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null = afterScalarMark ? null : CST.tokenType(lexeme);
    afterScalarMark = type === 'scalar';
    const problem = type === null ? undefined : whyRefusedToken(type, lexeme, alone);
    if (problem !== undefined) marks.push({ offset, problem });
    commas.see(type, offset);
    alone = type === 'newline' || (alone && (type === 'space' || type === 'doc-mode'));
    if (!ZERO_WIDTH.has(type ?? '')) offset += lexeme.length;
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, marks, commas: commas.found };
}

interface Mark {
  readonly offset: number;
  readonly problem: TokenProblem;
}

const TRAILING_COMMA = {
  code: 'trailing-comma',
  sentence: 'Nothing stands between this comma and the bracket.',
} as const;

type TokenProblem = Pick<Problem, 'code' | 'sentence'>;

/** Marks that the lexer inserts without a character of the source behind them. */
const ZERO_WIDTH: ReadonlySet<string> = new Set(['doc-mode', 'flow-error-end', 'scalar']);

/** `alone`: nothing stands before it on its line. A bare `#` there is the blank line of a longer comment. */
function whyRefusedToken(type: CST.TokenType, lexeme: string, alone: boolean): TokenProblem | undefined {
  switch (type) {
    case 'comment':
      if (lexeme.startsWith('# ') || (alone && lexeme === '#')) return undefined;
      return {
        code: 'comment-space',
        sentence: `The comment "${lexeme.slice(0, 40)}" does not begin with "# ".`,
      };
    case 'anchor':
    case 'alias':
      return { code: 'alias-or-anchor', sentence: `"${lexeme}" is an ${type}.` };
    case 'tag':
      return { code: 'explicit-tag', sentence: `"${lexeme}" is a tag.` };
    case 'directive-line':
      return { code: 'directive', sentence: `"${lexeme}" is a directive.` };
    default:
      return undefined;
  }
}

function syntaxProblem({ code, message }: { code: string; message: string }, at: Path): TokenProblem {
  if (code === 'DUPLICATE_KEY')
    return { code: 'repeated-key', sentence: `The key ${shown(at.at(-1) ?? '')} occurs twice in this map.` };
  if (code === 'MULTIPLE_DOCS')
    return { code: 'multiple-documents', sentence: 'A second document begins here.' };
  return { code: 'yaml-syntax', sentence: `${message}.`.replace('..', '.') };
}

export function positionOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Seven of them at the very beginning of a line, as Git writes them; in a flag file nothing else begins so. */
const CONFLICT_MARKER = /^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|$)/m;

/** Said once for the whole file: what a parser makes of two versions at once is only noise. */
function whyConflicting(text: string): Problem | undefined {
  const found = CONFLICT_MARKER.exec(text);
  if (found === null) return undefined;
  const line = text.slice(0, found.index).split('\n').length;
  const sentence = `The merge is not finished: this line begins with the conflict marker "${found[0]}".`;
  return { at: [], code: 'conflict-marker', sentence, position: { line, column: 1 } };
}

/** A cheap look at brackets and dashes before the parser, whose composer recurses. */
function whyTooDeep(text: string): Problem | undefined {
  let depth = 0;
  let line = 1;
  let dashes = 0;
  let lineBegins = true;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (character === 10) {
      line++;
      dashes = 0;
      lineBegins = true;
    } else if (character === 91 || character === 123) depth++;
    else if (character === 93 || character === 125) depth--;
    else if (lineBegins && (character === 45 || character === 63) && text.charCodeAt(index + 1) === 32)
      dashes++;
    else if (character !== 32) lineBegins = false;
    // Brackets inside text count too, hence four times the limit that the tree walk applies exactly.
    if (depth > 4 * LIMITS.yamlDepth || dashes > LIMITS.yamlDepth) {
      return tooDeep({ line, column: 1 });
    }
  }
  return undefined;
}

export function tooDeep(position: { line: number; column: number }): Problem {
  return { at: [], code: 'too-deep', sentence: `Nested deeper than ${LIMITS.yamlDepth} levels.`, position };
}
