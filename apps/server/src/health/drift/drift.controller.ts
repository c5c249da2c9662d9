import type { DriftDocument } from '@guidon/protocol';
import { Controller, Get, Inject } from '@nestjs/common';
import { Permit } from '../../access/index.js';
import { DriftReader } from './drift-reader.js';

/** `GET /api/v1/drift`: is what was merged what is served? */
@Controller('/api/v1/drift')
export class DriftController {
  constructor(@Inject(DriftReader) private readonly reader: DriftReader) {}

  @Get()
  @Permit('drift.read')
  read(): Promise<DriftDocument> {
    return this.reader.read();
  }
}
