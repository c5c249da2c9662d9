import type { SourceFile } from '../model/index.js';
import { KEY_PATTERN } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import { NAME_PATTERN } from '../schema/scalars.js';
import type { Problem } from './problem.js';

/** What a path means under the flags folder (sentences 1 and 2). */
export type Place =
  | { readonly kind: FileKind; readonly key: string }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'refused'; readonly problem: Problem };

export function placeOf(path: string): Place {
  const unsafe = whyUnsafe(path);
  if (unsafe !== undefined) return refused('unsafe-path', `The path ${JSON.stringify(path)} ${unsafe}.`);
  if (path === 'guidon.yaml') return { kind: 'project', key: 'guidon' };
  if (path === 'allowed_signers' || path.endsWith('.md')) return { kind: 'ignored' };
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  if (!base.endsWith('.yaml')) return unexpected(path);
  if (path.startsWith('segments/')) return segmentPlace(path, base, slash);
  const stem = base.slice(0, -'.yaml'.length);
  const isTest = stem.endsWith('.test');
  const key = isTest ? stem.slice(0, -'.test'.length) : stem;
  const why = whyNoKey(key);
  if (why !== undefined) return refused('bad-flag-key', `"${key}" is no flag key${why}.`);
  return { kind: isTest ? 'test' : 'flag', key };
}

/** A reason only where the letters are not it, for those the finding's advice names anyway. */
function whyNoKey(key: string): string | undefined {
  if (key.toLowerCase() === 'guidon') return ': the name guidon.yaml is reserved for the project file';
  if (key.endsWith('.test')) return ': the ending ".test" is reserved for the tests beside the flags';
  return KEY_PATTERN.test(key) ? undefined : '';
}

const LONGEST_PATH = 500;

/** Why nothing may be read from or written to such a path, on any system and in any terminal. */
function whyUnsafe(path: string): string | undefined {
  if (path.length > LONGEST_PATH) return `is longer than ${LONGEST_PATH} characters`;
  if (/[\p{C}\p{Zl}\p{Zp}\ufffd\\]/u.test(path))
    return 'holds a backslash or a character that cannot be shown';
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..') || /^[A-Za-z]:/.test(path))
    return 'leaves the flags folder or looks as if it did';
  if (steps.some((step) => step.toLowerCase() === '.git')) return "has a folder of Git's own";
  return undefined;
}

function segmentPlace(path: string, base: string, slash: number): Place {
  const key = base.slice(0, -'.yaml'.length);
  if (slash !== 'segments'.length || key.endsWith('.test')) return unexpected(path);
  if (!NAME_PATTERN.test(key)) return refused('bad-name', `"${key}" is no segment key.`);
  return { kind: 'segment', key };
}

function unexpected(path: string): Place {
  const ending = path.endsWith('.yml') ? ' Flag files end in .yaml.' : '';
  return refused('unexpected-file', `${path} does not belong under the flags folder.${ending}`);
}

function refused(code: Problem['code'], sentence: string): Place {
  return { kind: 'refused', problem: { at: [], code, sentence, position: { line: 1, column: 1 } } };
}

/** With the slash at the end; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

const LFS_MARK = 'version https://git-lfs';

/** Why the tree entry cannot be read as a flag file at all, whatever its path. */
export function whyNoRegularFile(file: SourceFile): Problem | undefined {
  if (file.entry === 'symlink' || file.entry === 'submodule') {
    return atTop(
      'not-a-regular-file',
      `${file.path} is a ${file.entry === 'symlink' ? 'symbolic link' : 'submodule'}.`,
    );
  }
  if (startsWithAscii(file.bytes, LFS_MARK)) {
    return atTop('not-a-regular-file', `${file.path} is a Git LFS pointer.`);
  }
  return undefined;
}

function atTop(code: Problem['code'], sentence: string): Problem {
  return { at: [], code, sentence, position: { line: 1, column: 1 } };
}

function startsWithAscii(bytes: Uint8Array | undefined, text: string): boolean {
  if (bytes === undefined || bytes.length < text.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (bytes[index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
