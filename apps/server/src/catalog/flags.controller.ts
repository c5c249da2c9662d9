import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Permit } from '../access/index.js';
import { Describe } from '../kernel/http/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { flagDocumentSchema, flagListSchema } from './flag-answers.js';
import { type FlagDocument, flagDocument, flagDocuments } from './flag-document.js';
import { LIVE_CATALOG, type LiveCatalog } from './live.js';
import { nearKeys } from './near-keys.js';

/** `GET /api/v1/flags` and `GET /api/v1/flags/{key}`: what this replica serves. */
@Controller('/api/v1/flags')
export class FlagsController {
  constructor(@Inject(LIVE_CATALOG) private readonly catalog: LiveCatalog) {}

  @Get()
  @Permit('flag.read')
  @Describe({
    name: 'listFlags',
    summary: 'Every flag, with what each environment serves.',
    answer: { FlagList: flagListSchema },
  })
  list(): { flags: FlagDocument[] } {
    return { flags: flagDocuments(this.catalog) };
  }

  @Get('/:key')
  @Permit('flag.read')
  @Describe({
    name: 'getFlag',
    summary: 'One flag, with what each environment serves.',
    answer: { FlagDocument: flagDocumentSchema },
    errors: ['flag-not-found'],
  })
  get(@Param('key') key: string): FlagDocument {
    const found = flagDocument(this.catalog, key);
    if (found === undefined) throw flagNotFound(key, this.catalog);
    return found;
  }
}

/** Names the nearest flags, so that a typo costs one look. */
export function flagNotFound(key: string, catalog: LiveCatalog): DomainError {
  const near = nearKeys(key, catalog.snapshot()?.flags.keys() ?? []);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.map((it) => `"${it}"`).join(' or ')}?`;
  return new DomainError('flag-not-found', { detail: `No flag has the key "${key.slice(0, 128)}".${hint}` });
}
