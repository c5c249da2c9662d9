import { CreateAudit1795478400000 } from './1795478400000-create-audit.js';
import { CreateKeys1795478400001 } from './1795478400001-create-keys.js';
import { CreateCatalog1795478400002 } from './1795478400002-create-catalog.js';
import { CreateKills1795478400003 } from './1795478400003-create-kills.js';
import { CreateProposals1795478400030 } from './1795478400030-create-proposals.js';
import { CreateCommitStatuses1795478400031 } from './1795478400031-create-commit-statuses.js';

/** Every migration, oldest first. Listed by hand: file globs break between source, build and test. */
export const MIGRATIONS = [
  CreateAudit1795478400000,
  CreateKeys1795478400001,
  CreateCatalog1795478400002,
  CreateKills1795478400003,
  CreateProposals1795478400030,
  CreateCommitStatuses1795478400031,
];
