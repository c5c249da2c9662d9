import type { Finding } from '@guidon/engine/model';
import type { Draft } from './catalog.repository.js';
import type { PublicationFacts } from './decide-publication.js';
import type { ChangesDescribed } from './describe-changes.js';
import type { Waiver } from './loading/load-messages.js';

/** What publishing a judged commit writes. */
export interface Publication extends PublicationFacts {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
  /** File versions that become live, or stop to be, by path. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly waivers: readonly Waiver[];
  readonly changes: ChangesDescribed;
  /** Contents of blobs of this revision, asked for in portions. */
  contents(blobs: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}
