import type { Finding } from '@guidon/engine/model';
import type { RevisionRecord } from '../catalog/index.js';
import type { Log } from '../kernel/log/index.js';

/** Enough to begin mending; the rest is in `GET /api/v1/sync`. */
const MOST_TOLD = 5;

export interface Judged {
  readonly record: Pick<RevisionRecord, 'commit' | 'state' | 'findingCount'>;
  readonly findings: readonly Finding[];
  /** The flags folder in the repository, so that paths are those that a person sees there. */
  readonly folder: string;
  readonly tookMs: number;
  readonly lockedMs: number;
  /** Milliseconds by step, in their order. */
  readonly steps: { readonly [step: string]: number };
}

const SENTENCES = {
  accepted: 'revision published',
  partly: 'some files of the revision were refused; the rest of it is live',
  held: 'the revision waits for a person; what was live stays where that is protected',
  rejected: 'nothing of the revision could be used; what was live stays',
} as const;

/** Tells the operator how a revision was judged; where something was refused, loudly and with the places to look at. */
export function reportRevision(log: Log, { record, findings, folder, ...times }: Judged): void {
  const { commit, state, findingCount } = record;
  const [tookMs, lockedMs] = [Math.round(times.tookMs), Math.round(times.lockedMs)];
  const facts = { commit, state, findingCount, tookMs, lockedMs, steps: times.steps };
  if (state === 'accepted') {
    log.info(facts, SENTENCES.accepted);
    return;
  }
  const refused = findings.filter(({ severity }) => severity === 'error').slice(0, MOST_TOLD);
  const prefix = /^[./]*$/.test(folder) ? '' : `${folder.replace(/\/+$/, '')}/`;
  const told = refused.map(
    ({ path, line, code, sentence }) => `${prefix}${path}:${line} ${code}: ${sentence}`,
  );
  log.warn({ ...facts, findings: told }, SENTENCES[state]);
}
