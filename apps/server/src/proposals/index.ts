export { createProposals, type ProposalAssembly, type ProposalSurroundings } from './create-proposals.js';
export type { StandingKill } from './proposal.js';
export {
  type FlagFact,
  type FlagFacts,
  type KillFacts,
  type PinFacts,
  ProposalFacts,
  type RolloutFacts,
} from './proposal-facts.js';
export { type EndedRollout, type PressedKill, Proposals } from './proposals.js';
export { ProposalsModule } from './proposals.module.js';
