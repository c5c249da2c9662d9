export { CatalogModule } from './catalog.module.js';
export type { RevisionRecord } from './catalog.repository.js';
export {
  type AdvanceOutcome,
  CatalogService,
  type NewestRevision,
  type RevisionSource,
} from './catalog.service.js';
export { type CommitChanges, CommitLookup } from './commit-changes.js';
export {
  CATALOG_PARTS,
  type CatalogAssembly,
  type CatalogSurroundings,
  createCatalog,
} from './create-catalog.js';
export { flagNotFound } from './flags.controller.js';
export { type JudgedRevision, readJudgedSince } from './judged-revisions.js';
export type { KillEntry, KnownKill } from './kill.repository.js';
export { KillLedger } from './kill-ledger.js';
export * from './live.js';
export { InlineLoadRunner } from './loading/inline-load-runner.js';
export type { FileRef } from './loading/load-messages.js';
export type { KillRecord } from './merge-kills.js';
export { nearKeys } from './near-keys.js';
export * from './reach.js';
