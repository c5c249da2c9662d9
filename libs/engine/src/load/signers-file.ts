import { LIMITS, type SnapshotFile, type SourceFile } from '../model/index.js';
import { whyNoRegularFile } from './file-place.js';
import type { LoadInput } from './load-types.js';
import type { Problem } from './problem.js';
import { decodeUtf8 } from './utf8.js';

/** The list of those whose signatures count (the format of ssh-keygen), at the top of the flags folder. */
export const SIGNERS_PATH = 'allowed_signers';

export interface SignersFile {
  /** What stands in the snapshot; its text is no business of the loader. */
  readonly file: SnapshotFile | undefined;
  /** Why the newest version was refused, when it is not refused for its tree entry already. */
  readonly problem: Problem | undefined;
}

/** The signers' file of a revision. One that cannot be read stays at its last good version, like any other file. */
export function signersOf({ files, previous }: LoadInput): SignersFile {
  const source = files.find(({ path }) => path === SIGNERS_PATH);
  if (source === undefined) return { file: undefined, problem: undefined };
  const problem = whyUnreadable(source);
  if (problem === undefined && whyNoRegularFile(source) === undefined) {
    return { file: { path: SIGNERS_PATH, blob: source.blob, frozen: false }, problem };
  }
  const kept = previous?.files.get(SIGNERS_PATH);
  return { file: kept === undefined ? undefined : { ...kept, frozen: true }, problem };
}

function whyUnreadable({ bytes, entry }: SourceFile): Problem | undefined {
  if (entry === 'symlink' || entry === 'submodule') return undefined;
  const refused = (code: Problem['code'], sentence: string): Problem => ({
    at: [],
    code,
    sentence,
    position: { line: 1, column: 1 },
  });
  if (bytes.length > LIMITS.fileBytes) {
    const sentence = `${SIGNERS_PATH} has ${bytes.length} bytes; the limit is ${LIMITS.fileBytes}.`;
    return refused('file-too-large', sentence);
  }
  return decodeUtf8(bytes) === undefined ? refused('not-utf8', `${SIGNERS_PATH} is not UTF-8.`) : undefined;
}
