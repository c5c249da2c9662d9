export { type BranchChange, type BranchWriter, openBranchWriter } from './branch-writer.js';
export { GitError, type GitErrorKind } from './git-error.js';
export { type GitSource, type GitTransport, parseSource, whyBranchRefused } from './git-url.js';
export { openMirror } from './mirror.js';
export type { CommitInfo, Mirror, MirrorOptions, Person, TreeEntry } from './mirror-types.js';
export { redact } from './redact.js';
