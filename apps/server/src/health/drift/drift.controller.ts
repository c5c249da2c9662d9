import type { DriftDocument } from '@guidon/protocol';
import { driftDocumentSchema } from '@guidon/protocol/schemas';
import { Controller, Get, Inject } from '@nestjs/common';
import { Permit } from '../../access/index.js';
import { isOutage } from '../../kernel/database/index.js';
import { Describe } from '../../kernel/http/index.js';
import { DriftReader } from './drift-reader.js';

/** `GET /api/v1/drift`: is what was merged what is served? */
@Controller('/api/v1/drift')
export class DriftController {
  constructor(@Inject(DriftReader) private readonly reader: DriftReader) {}

  @Get()
  @Permit('drift.read')
  @Describe({
    name: 'getDrift',
    summary: 'Whether what was merged is what is served, and where not, why.',
    answer: { DriftDocument: driftDocumentSchema },
  })
  async read(): Promise<DriftDocument> {
    try {
      return await this.reader.read();
    } catch (error) {
      const latest = this.reader.latest();
      if (latest === undefined || !isOutage(error)) throw error;
      // With the database away, what was known last is worth more than an error; it says how old it is.
      return latest;
    }
  }
}
