import { LIMITS, type SourceFile } from '../model/index.js';
import { FILE_SCHEMAS, type FileKind } from '../schema/index.js';
import { whyNoRegularFile } from './file-place.js';
import { caseLinesOf, type Locate, locatorOf } from './locate.js';
import { isWithin, type Path, type Problem } from './problem.js';
import { schemaProblems } from './schema-problems.js';
import { decodeUtf8 } from './utf8.js';
import { parseYaml } from './yaml-parse.js';
import { walkYaml } from './yaml-walk.js';

/** One version of one file, read and checked against its schema but not yet against the project. */
export interface LoadedDocument {
  readonly kind: FileKind;
  /** The checked data; absent when there is any problem. */
  readonly raw: unknown;
  /** What could be read in spite of the problems, unchecked; absent when there are none, or the syntax is torn. */
  readonly rest?: unknown;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly locate: Locate;
  /** For a test file: the line of each case. */
  readonly caseLines: readonly number[];
}

/** Size, then decoding, then depth, then YAML, then schema; every problem of a step is reported before the next begins. */
export function readDocument(file: SourceFile, kind: FileKind): LoadedDocument {
  const refused = whyNoRegularFile(file) ?? whyTooLarge(file);
  if (refused !== undefined) return failed(kind, [refused]);
  const text = decodeUtf8(file.bytes);
  if (text === undefined) {
    return failed(kind, [topProblem('not-utf8', `${file.path} is not UTF-8.`)]);
  }
  const locate = locatorOf(text);
  try {
    const read = readText(text, kind);
    return { ...read, kind, locate, warnings: [...warningsOf(text), ...read.warnings] };
  } catch (cause) {
    return failed(kind, [unreadable(file.path, cause)]);
  }
}

function readText(text: string, kind: FileKind): Omit<LoadedDocument, 'kind' | 'locate'> {
  const parsed = parseYaml(text);
  if (parsed.document === undefined || parsed.problems.some((problem) => problem.code === 'too-deep')) {
    const problems =
      parsed.problems.length > 0 ? parsed.problems : [topProblem('blank', 'The file is blank.')];
    return { raw: undefined, problems, warnings: [], caseLines: [] };
  }
  // What a torn syntax makes of the rest of the file would only add noise.
  if (parsed.problems.some((problem) => problem.code === 'yaml-syntax')) {
    return { raw: undefined, problems: parsed.problems, warnings: [], caseLines: [] };
  }
  const walked = walkYaml(parsed.document.contents, parsed.lines);
  const problems: Problem[] = [...parsed.problems, ...unreported(walked.problems, parsed.problems)];
  const checked = FILE_SCHEMAS[kind].safeParse(walked.data);
  if (!checked.success)
    problems.push(...unreported(schemaProblems(checked.error.issues, walked.data), problems));
  const caseLines = kind === 'test' ? caseLinesOf(parsed.document.contents, parsed.lines) : [];
  const { warnings } = parsed;
  if (problems.length === 0) return { raw: checked.data, problems, warnings, caseLines };
  return { raw: undefined, rest: walked.data, problems, warnings, caseLines };
}

function warningsOf(text: string): Problem[] {
  if (text.endsWith('\n')) return [];
  const position = { line: text.split('\n').length, column: 1 };
  const sentence = 'The last line of the file does not end.';
  return [{ at: [], code: 'no-final-newline', sentence, position }];
}

/** Leaves out what a later step says about a value that is already known to be blank, misspelt, tagged or too deep. */
function unreported(found: readonly Problem[], before: readonly Problem[]): Problem[] {
  const known = new Set(before.map((problem) => problem.at.join('\n')));
  const deep = before.find(({ code }) => code === 'too-deep');
  return found.filter(
    ({ at }) => !known.has(at.join('\n')) && (deep === undefined || !isWithin(deep.at, at)),
  );
}

function whyTooLarge(file: SourceFile): Problem | undefined {
  if (file.bytes.length <= LIMITS.fileBytes) return undefined;
  return topProblem('file-too-large', `${file.path} is larger than ${LIMITS.fileBytes} bytes.`);
}

function failed(kind: FileKind, problems: readonly Problem[]): LoadedDocument {
  return { kind, raw: undefined, problems, warnings: [], locate: atTop, caseLines: [] };
}

function atTop(_path: Path, _onKey: boolean): { line: number; column: number } {
  return { line: 1, column: 1 };
}

function topProblem(code: Problem['code'], sentence: string): Problem {
  return { at: [], code, sentence, position: { line: 1, column: 1 } };
}

export function unreadable(path: string, cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : 'unknown cause';
  return topProblem('cannot-read', `${path} could not be read: ${reason.slice(0, 200)}.`);
}
