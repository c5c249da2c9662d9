import { CreateAudit1795478400000 } from './1795478400000-create-audit.js';
import { CreateKeys1795478400001 } from './1795478400001-create-keys.js';
import { CreateCatalog1795478400002 } from './1795478400002-create-catalog.js';
import { CreateKills1795478400003 } from './1795478400003-create-kills.js';
import { CreateLeases1795478400010 } from './1795478400010-create-leases.js';
import { CreateSyncBoard1795478400011 } from './1795478400011-create-sync-board.js';
import { CreateWebhookDeliveries1795478400012 } from './1795478400012-create-webhook-deliveries.js';
import { CreateUsage1795478400020 } from './1795478400020-create-usage.js';
import { CreateProposals1795478400030 } from './1795478400030-create-proposals.js';
import { CreateCommitStatuses1795478400031 } from './1795478400031-create-commit-statuses.js';
import { AddTargets1795478400040 } from './1795478400040-add-targets.js';
import { CreateReplicas1795478400041 } from './1795478400041-create-replicas.js';
import { CountStreams1795478400050 } from './1795478400050-count-streams.js';
import { CreateSilentStreams1795478400051 } from './1795478400051-create-silent-streams.js';
import { ExtendKeys1795478400070 } from './1795478400070-extend-keys.js';
import { CreateAuditCheckpoints1795478400071 } from './1795478400071-create-audit-checkpoints.js';
import { CreateApprovals1795478400072 } from './1795478400072-create-approvals.js';
import { CreateHourlyUsage1795478400080 } from './1795478400080-create-hourly-usage.js';
import { AddTakenBack1795478400090 } from './1795478400090-add-taken-back.js';
import { AddKeyOrigins1795478400100 } from './1795478400100-add-key-origins.js';
import { IndexAuditFields1795478400110 } from './1795478400110-index-audit-fields.js';
import { CreateGuardWindows1795478400120 } from './1795478400120-create-guard-windows.js';
import { AddPositions1795478400130 } from './1795478400130-add-positions.js';
import { CreateRollouts1795478400131 } from './1795478400131-create-rollouts.js';
import { CreateRolloutMarks1795478400132 } from './1795478400132-create-rollout-marks.js';
import { ProposeRollouts1795478400133 } from './1795478400133-propose-rollouts.js';
import { CreatePrometheusSamples1795478400134 } from './1795478400134-create-prometheus-samples.js';
import { CreateOutbox1795478400140 } from './1795478400140-create-outbox.js';
import { AddHands1795478400150 } from './1795478400150-add-hands.js';

/** Every migration, oldest first. Listed by hand: file globs break between source, build and test. */
export const MIGRATIONS = [
  CreateAudit1795478400000,
  CreateKeys1795478400001,
  CreateCatalog1795478400002,
  CreateKills1795478400003,
  CreateLeases1795478400010,
  CreateSyncBoard1795478400011,
  CreateWebhookDeliveries1795478400012,
  AddTargets1795478400040,
  CreateReplicas1795478400041,
  CreateUsage1795478400020,
  CreateProposals1795478400030,
  CreateCommitStatuses1795478400031,
  CountStreams1795478400050,
  CreateSilentStreams1795478400051,
  ExtendKeys1795478400070,
  CreateAuditCheckpoints1795478400071,
  CreateApprovals1795478400072,
  CreateHourlyUsage1795478400080,
  AddTakenBack1795478400090,
  CreateGuardWindows1795478400120,
  AddPositions1795478400130,
  CreateRollouts1795478400131,
  CreateOutbox1795478400140,
  CreateRolloutMarks1795478400132,
  ProposeRollouts1795478400133,
  CreatePrometheusSamples1795478400134,
  AddKeyOrigins1795478400100,
  IndexAuditFields1795478400110,
  AddHands1795478400150,
];
