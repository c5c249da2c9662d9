export { connectHost } from './connect-host.js';
export type {
  Approval,
  Approvals,
  CommitStatus,
  GitHost,
  GitHostKind,
  Proposal,
  ProposalRequest,
  ProposalState,
} from './git-host.js';
export type { HostConnection } from './host-connection.js';
export { HostError, type HostErrorKind } from './host-error.js';
export { repositoryOf } from './repository-path.js';
export {
  type RefusedWebhook,
  WEBHOOK_LIMIT_BYTES,
  type Webhook,
  type WebhookHeaders,
  type WebhookHost,
  type WebhookRefusal,
  type WebhookTrust,
  webhook,
} from './webhook.js';
