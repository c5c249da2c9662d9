export { Acceptances, type AcceptOrder } from './acceptances.js';
export { keptBackIn } from './after-word.js';
export { CatalogModule } from './catalog.module.js';
export type { RevisionRecord } from './catalog.repository.js';
export { CatalogService } from './catalog.service.js';
export { CatalogPositions, type PositionOrder, type PositionOutcome } from './catalog-positions.js';
export { CatalogWaves, type WaveDecisionMade, type WaveUnderWay } from './catalog-waves.js';
export { type CommitChanges, CommitLookup } from './commit-changes.js';
export {
  CATALOG_PARTS,
  type CatalogAssembly,
  type CatalogSurroundings,
  createCatalog,
} from './create-catalog.js';
export { flagNotFound } from './flags.controller.js';
export type { FrozenWaits } from './frozen-waits.js';
export type { Head, WaveStage, WaveState } from './head.js';
export { type JudgedRevision, readFileRevisions, readJudgedSince } from './judged-revisions.js';
export type { KillEntry, KnownKill } from './kill.repository.js';
export { KillLedger } from './kill-ledger.js';
export * from './live.js';
export { InlineLoadRunner } from './loading/inline-load-runner.js';
export type { FileRef } from './loading/load-messages.js';
export type { KillRecord } from './merge-kills.js';
export { nearKeys } from './near-keys.js';
export { Pins, type RollbackOffers } from './pins.js';
export * from './reach.js';
export type { RefusedTree } from './refused-tree.js';
export { REPLICA_GONE_MS, ReplicaBoard, type ReplicaNote, streamsHeld } from './replica-board.js';
export { revisionDocument } from './revision-document.js';
export { holdsEverywhere, type Provenance, type RevisionHold } from './revision-hold.js';
export type { AdvanceOutcome, NewestRevision, RevisionSource } from './revision-source.js';
