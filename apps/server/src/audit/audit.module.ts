import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AUDIT } from './audit.js';
import { AuditReader } from './audit-reader.js';
import { DatabaseAudit } from './database-audit.js';

@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditReader, { provide: AUDIT, useClass: DatabaseAudit }],
  exports: [AUDIT, AuditReader],
})
export class AuditModule {}
