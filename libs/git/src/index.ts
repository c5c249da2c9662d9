export { type BranchChange, type BranchWriter, openBranchWriter } from './branch-writer.js';
export { type Baseline, type Checkout, openCheckout } from './checkout.js';
export { gitEmail } from './git-email.js';
export { GitError, type GitErrorKind } from './git-error.js';
export { type GitSource, type GitTransport, parseSource, whyBranchRefused } from './git-url.js';
export { openMirror } from './mirror.js';
export type {
  Ancestry,
  ChangesWanted,
  CommitFacts,
  CommitInfo,
  FolderChange,
  Mirror,
  MirrorOptions,
  Person,
  Provenance,
  ProvenanceRange,
  Signature,
  TreeEntry,
} from './mirror-types.js';
export { redact } from './redact.js';
