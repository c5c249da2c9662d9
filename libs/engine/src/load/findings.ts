import { type Finding, LIMITS } from '../model/index.js';
import { FINDING_CODES } from '../schema/index.js';
import type { Locate } from './locate.js';
import { type Problem, pointerOf } from './problem.js';

/** A problem with its place in a file. */
export function findingOf(path: string, problem: Problem, locate: Locate | undefined): Finding {
  const place = problem.position ?? locate?.(problem.at, problem.onKey === true) ?? { line: 1, column: 1 };
  const entry = FINDING_CODES[problem.code];
  return {
    path,
    line: place.line,
    column: place.column,
    pointer: visible(pointerOf(problem.at)),
    code: problem.code,
    severity: entry.severity,
    sentence: visible(problem.sentence),
    fix: problem.fix ?? entry.fix,
  };
}

/** What a file chose to say is shown in logs and terminals, and kept where half a character or a zero byte cannot be. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, (character) => {
    if (character === '\n') return ' ';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** By path, line, column, code; without repetitions; at most so many for one file. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  const sorted = findings.toSorted(compare).filter((finding) => {
    const id = `${finding.path}\n${finding.line}\n${finding.column}\n${finding.code}\n${finding.sentence}`;
    return !seen.has(id) && seen.add(id);
  });
  return [...byPath(sorted).values()].flatMap(atMost);
}

function byPath(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.path);
    if (group === undefined) groups.set(finding.path, [finding]);
    else group.push(finding);
  }
  return groups;
}

/** The last finding that is shown says how many are not. */
function atMost(findings: readonly Finding[]): readonly Finding[] {
  const left = findings.length - LIMITS.findingsPerFile;
  if (left <= 0) return findings;
  const shown = findings.slice(0, LIMITS.findingsPerFile);
  const last = shown.at(-1)!;
  return [
    ...shown.slice(0, -1),
    { ...last, sentence: `${last.sentence} (${left} more findings in this file.)` },
  ];
}

function compare(a: Finding, b: Finding): number {
  return (
    order(a.path, b.path) ||
    a.line - b.line ||
    a.column - b.column ||
    order(a.code, b.code) ||
    order(a.sentence, b.sentence)
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
